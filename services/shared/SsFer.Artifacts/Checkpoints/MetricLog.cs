using System.Runtime.CompilerServices;
using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Checkpoints;

/// <summary>
/// Metrics of a stage: JSON lines, one segment per checkpoint. A segment counts when its checkpoint does, so a resumed stage tells
/// nothing twice.
/// </summary>
public sealed class MetricLog(IArtifactStore store)
{
    private readonly StageRecords _records = new(store);

    /// <summary>Writes the rows since the last checkpoint; pass the result to <see cref="CheckpointWriter.WriteAsync"/>.</summary>
    /// <returns>Null where there are no rows, or where this step's checkpoint already counts.</returns>
    public async Task<MetricSegment?> WriteAsync<T>(
        StageClaim claim,
        long step,
        IReadOnlyCollection<T> rows,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(rows);
        var path = claim.Paths.Metrics(step);
        if (rows.Count == 0 || claim.Record.Checkpoint?.Folder == claim.Paths.Checkpoint(step))
        {
            return null;
        }

        var file = await StoredFiles.PutAsync(
            store,
            path,
            path,
            async (stream, token) =>
            {
                foreach (var row in rows)
                {
                    await JsonSerializer.SerializeAsync(stream, row, ArtifactJson.Line, token);
                    await stream.WriteAsync("\n"u8.ToArray(), token);
                }
            },
            cancellationToken
        );
        return new MetricSegment(path, file.Sha256, file.Length);
    }

    /// <summary>All metrics of the stage up to its last checkpoint, in the order they were written.</summary>
    /// <exception cref="CorruptArtifactException">A segment is missing or is not what was written.</exception>
    public async IAsyncEnumerable<JsonElement> ReadAsync(
        string run,
        string stage,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (record, _) = await _records.ReadAsync(run, stage, cancellationToken);
        foreach (var segment in record.Metrics)
        {
            await using var stream = await StoredFiles.OpenAsync(store, segment.Path, segment.Sha256, segment.Length, cancellationToken);
            var rows = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(
                stream,
                topLevelValues: true,
                ArtifactJson.Line,
                cancellationToken
            );
            await foreach (var row in rows)
            {
                yield return row;
            }
        }
    }
}
