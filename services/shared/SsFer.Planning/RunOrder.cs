using SsFer.Artifacts.Runs;

namespace SsFer.Planning;

/// <summary>
/// What a request for a run was turned into, once (<c>runs/{run}/order.json</c>). Versions move on between two identical requests,
/// a dataset that had to be prepared for the first is prepared at the second; the order keeps them one run, and a request that
/// finds it can finish what a crash cut short.
/// </summary>
public sealed record RunOrder
{
    /// <summary>Hash of what was asked for (<see cref="RunDraft.Identity"/>).</summary>
    public required string Identity { get; init; }

    public required RunSpec Spec { get; init; }

    public required RunPlan Plan { get; init; }

    public static string PathOf(string run) => $"{RunPaths.Folder(run)}/order.json";
}
