using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>Where a run's documents lie.</summary>
public static class RunPaths
{
    /// <summary>Folder of the markers of open runs; no run may have its name.</summary>
    private const string OpenFolder = "open";

    /// <summary>Between a run and a marker's own name; it stands in no run's.</summary>
    private const char OfRun = '~';

    public const string OpenPrefix = $"{Containers.Runs}/{OpenFolder}/";

    public static string Spec(string run) => $"{Folder(run)}/spec.json";

    public static string Plan(string run) => $"{Folder(run)}/plan.json";

    public static string Stage(string run, string stage) => $"{Folder(run)}/stages/{ArtifactPath.RequireName("stage name", stage)}.json";

    /// <summary>For documents of a run that belong to no attempt, such as the labelled split: written once, if absent.</summary>
    public static string Folder(string run) => $"{Containers.Runs}/{RequireRun(run)}";

    /// <summary>What the paths of a run's markers begin with.</summary>
    internal static string OpenPrefixOf(string run) => $"{OpenPrefix}{RequireRun(run)}{OfRun}";

    /// <summary>A marker of an open run that nobody has written before.</summary>
    internal static string NewOpen(string run) => $"{OpenPrefixOf(run)}{Guid.NewGuid():N}.json";

    /// <summary>The run that a marker is of; null where the file is no marker.</summary>
    internal static string? RunOfOpen(string path) => path.LastIndexOf(OfRun) is > 0 and var end ? path[OpenPrefix.Length..end] : null;

    internal static string RequireRun(string run) =>
        run == OpenFolder
            ? throw new ArtifactNameException($"a run cannot be named '{OpenFolder}': choose another id (--run)")
            : ArtifactPath.RequireName("run id", run);
}
