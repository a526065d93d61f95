using System.Globalization;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>
/// Where one attempt at a stage writes. The fence stands in every path, so an attempt that lost its claim and does not know it yet
/// can overwrite nothing: it writes where no record will ever point.
/// </summary>
public sealed record StagePaths(string Run, string Stage, long Fence)
{
    /// <summary>Everything that any attempt at the stage wrote.</summary>
    public static string CheckpointPrefix(string run, string stage) =>
        $"{Containers.Checkpoints}/{RunPaths.RequireRun(run)}/{ArtifactPath.RequireName("stage name", stage)}/";

    public static string MetricPrefix(string run, string stage) =>
        $"{RunPaths.Folder(run)}/metrics/{ArtifactPath.RequireName("stage name", stage)}/";

    /// <summary>
    /// Folder of the checkpoint at a step, without a trailing slash; the stage's product goes into that of its last step.
    /// </summary>
    public string Checkpoint(long step) => $"{CheckpointPrefix(Run, Stage)}{Mark(step)}";

    /// <summary>A file of the checkpoint at a step.</summary>
    public string File(long step, string name) => $"{Checkpoint(step)}/{name}";

    /// <summary>The metrics from the checkpoint before up to this step.</summary>
    public string Metrics(long step) => $"{MetricPrefix(Run, Stage)}{Mark(step)}/metrics.jsonl";

    private string Mark(long step) => string.Create(CultureInfo.InvariantCulture, $"{Fence}-{step}");

    /// <summary>Reads fence and step back from the first segment after <paramref name="prefix"/>; null where it is no such mark.</summary>
    internal static (long Fence, long Step)? TryParseMark(string path, string prefix)
    {
        var mark = path.AsSpan(prefix.Length);
        var end = mark.IndexOf('/');
        mark = end < 0 ? mark : mark[..end];
        var dash = mark.IndexOf('-');
        return
            dash > 0
            && long.TryParse(mark[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var fence)
            && long.TryParse(mark[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? (fence, step)
            : null;
    }
}
