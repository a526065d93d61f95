using System.Text.Json;
using System.Text.Json.Serialization;
using SsFer.Artifacts.Runs;

namespace SsFer.Console.Runs;

/// <summary>
/// What a request for a run was turned into, once (<c>runs/{run}/order.json</c>). Versions move on between two identical requests,
/// a dataset that had to be prepared for the first is prepared at the second; the order keeps them one run, and whoever finds it
/// can finish what a crash cut short.
/// </summary>
internal sealed record RunOrder
{
    /// <summary>Hash of what was asked for, as <see cref="RunIdentity"/> sees it.</summary>
    public required string Identity { get; init; }

    public required RunSpec Spec { get; init; }

    public required RunPlan Plan { get; init; }

    public static string PathOf(string run) => $"{RunPaths.Folder(run)}/order.json";
}

/// <summary>What makes two requests the same: for every dataset what it is made from, rather than how far its preparation is.</summary>
internal sealed record RunIdentity
{
    public string? Id { get; init; }

    public required JsonElement Recipe { get; init; }

    public required string Labelled { get; init; }

    public required string Labels { get; init; }

    public required IReadOnlyList<string> Unlabelled { get; init; }

    public string? Validation { get; init; }

    public string? Encoder { get; init; }

    public JsonElement? Evaluation { get; init; }

    /// <summary>Not written where it is false: orders keep the identity they had before runs could be without a teacher.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutTeacher { get; init; }
}
