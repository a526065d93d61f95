using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Checkpoints;

/// <summary>Deletes checkpoints that no attempt can resume from any more.</summary>
public sealed class CheckpointRetention(IArtifactStore store)
{
    private readonly StageRecords _records = new(store);

    /// <summary>
    /// Deletes what the stage wrote before the checkpoint that its record, as stored now, points to. Kept are that checkpoint,
    /// everything of a newer fence or a later step (it may be in the making), the stage's artifact, and the metrics the record
    /// lists.
    /// </summary>
    /// <returns>How many files were deleted.</returns>
    public async Task<int> PruneAsync(string run, string stage, CancellationToken cancellationToken)
    {
        if ((await _records.TryReadAsync(run, stage, cancellationToken))?.Value is not { Checkpoint: { } pointed } record)
        {
            return 0;
        }

        var prefix = StagePaths.CheckpointPrefix(run, stage);
        var limit = StagePaths.TryParseMark(pointed.Folder, prefix)
            ?? throw new CorruptArtifactException(
                $"the record of stage '{stage}' of run {run} points to '{pointed.Folder}', which is no checkpoint of it"
            );
        var metrics = record.Metrics.Select(segment => segment.Path).ToHashSet(StringComparer.Ordinal);
        var artifact = record.Artifact is null ? null : $"{record.Artifact.Path}/";

        return await DeleteBeforeAsync(
                prefix,
                limit,
                path => artifact is not null && path.StartsWith(artifact, StringComparison.Ordinal),
                cancellationToken
            ) + await DeleteBeforeAsync(StagePaths.MetricPrefix(run, stage), limit, metrics.Contains, cancellationToken);
    }

    private async Task<int> DeleteBeforeAsync(
        string prefix,
        (long Fence, long Step) limit,
        Func<string, bool> keep,
        CancellationToken cancellationToken
    )
    {
        var old = new List<string>();
        await foreach (var entry in store.ListAsync(prefix, cancellationToken))
        {
            if (StagePaths.TryParseMark(entry.Path, prefix) is { } mark && mark.CompareTo(limit) < 0 && !keep(entry.Path))
            {
                old.Add(entry.Path);
            }
        }

        foreach (var path in old)
        {
            await store.DeleteAsync(path, cancellationToken);
        }

        return old.Count;
    }
}
