using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Checkpoints;

/// <summary>
/// Writes checkpoints. What it returns counts for nothing until <see cref="StageClaim.SaveCheckpointAsync"/> has pointed the record to
/// it.
/// </summary>
public sealed class CheckpointWriter(IArtifactStore store)
{
    /// <summary>Streams each file, in ordinal order of names, to <c>checkpoints/{run}/{stage}/{fence}-{step}/</c>.</summary>
    /// <param name="claim">The claim of the attempt.</param>
    /// <param name="step">Steps done. If the record already points to this attempt's checkpoint of this step, that is returned and
    /// nothing is written: a checkpoint that counts is never written over.</param>
    /// <param name="files">By name, such as <c>weights.safetensors</c>: writes the file's content to the stream it is given.</param>
    /// <param name="metrics">What <see cref="MetricLog.WriteAsync"/> returned for this step.</param>
    /// <param name="cancellationToken">Stops the writing; the store keeps no partial file.</param>
    public async Task<CheckpointPointer> WriteAsync(
        StageClaim claim,
        long step,
        IReadOnlyDictionary<string, Func<Stream, CancellationToken, Task>> files,
        MetricSegment? metrics,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var folder = claim.Paths.Checkpoint(step);
        if (claim.Record.Checkpoint is { } present && present.Folder == folder)
        {
            return present;
        }

        var written = new List<StoredFile>(files.Count);
        foreach (var (name, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            written.Add(await StoredFiles.PutAsync(store, claim.Paths.File(step, name), name, content, cancellationToken));
        }

        return new CheckpointPointer
        {
            Folder = folder,
            Step = step,
            Files = written,
            Metrics = metrics,
        };
    }
}
