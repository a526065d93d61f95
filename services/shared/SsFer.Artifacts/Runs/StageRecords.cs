using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Runs;

/// <summary>Stage records in the store, with the tags that guard them.</summary>
internal sealed class StageRecords(IArtifactStore store)
{
    public async Task<TaggedRecord?> TryReadAsync(string run, string stage, CancellationToken cancellationToken)
    {
        var path = RunPaths.Stage(run, stage);
        return await store.TryReadAsync(path, cancellationToken) is { } document
            ? new TaggedRecord(RunJson.Read<StageRecord>(path, document.Content), document.ETag)
            : null;
    }

    /// <summary>Returns null when another writer was faster.</summary>
    public async Task<TaggedRecord?> TryReplaceAsync(string run, string stage, StageRecord next, string etag, CancellationToken cancellationToken) =>
        await store.TryPutIfMatchAsync(RunPaths.Stage(run, stage), RunJson.Write(next), etag, cancellationToken) is { } tag
            ? new TaggedRecord(next, tag)
            : null;

    public Task CreateAsync(string run, string stage, CancellationToken cancellationToken) =>
        store.TryPutIfAbsentAsync(RunPaths.Stage(run, stage), RunJson.Write(new StageRecord()), cancellationToken);

    /// <summary>Applies a change however many writers there are; a change that returns its argument writes nothing.</summary>
    public async Task UpdateAsync(string run, string stage, Func<StageRecord, StageRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (record, etag) = await ReadAsync(run, stage, cancellationToken);
            var next = change(record);
            if (ReferenceEquals(next, record) || await TryReplaceAsync(run, stage, next, etag, cancellationToken) is not null)
            {
                return;
            }
        }
    }

    /// <exception cref="ArtifactNotFoundException">The run has no such stage.</exception>
    public async Task<TaggedRecord> ReadAsync(string run, string stage, CancellationToken cancellationToken) =>
        await TryReadAsync(run, stage, cancellationToken) ?? throw new ArtifactNotFoundException(RunPaths.Stage(run, stage));
}

/// <summary>A record and the tag of exactly this content.</summary>
internal sealed record TaggedRecord(StageRecord Record, string ETag);
