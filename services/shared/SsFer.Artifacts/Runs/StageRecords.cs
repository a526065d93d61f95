using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Runs;

/// <summary>Stage records in the store, with the tags that guard them.</summary>
internal sealed class StageRecords(IArtifactStore store)
{
    public Task CreateAsync(string run, string stage, CancellationToken cancellationToken) =>
        store.TryPutJsonIfAbsentAsync(RunPaths.Stage(run, stage), new StageRecord(), cancellationToken);

    public Task<StoredJson<StageRecord>?> TryReadAsync(string run, string stage, CancellationToken cancellationToken) =>
        store.TryReadJsonAsync<StageRecord>(RunPaths.Stage(run, stage), cancellationToken);

    /// <exception cref="ArtifactNotFoundException">The run has no such stage.</exception>
    public async Task<StoredJson<StageRecord>> ReadAsync(string run, string stage, CancellationToken cancellationToken) =>
        await TryReadAsync(run, stage, cancellationToken) ?? throw new ArtifactNotFoundException(RunPaths.Stage(run, stage));

    /// <summary>Returns null when another writer was faster.</summary>
    public async Task<StoredJson<StageRecord>?> TryReplaceAsync(
        string run,
        string stage,
        StageRecord next,
        string etag,
        CancellationToken cancellationToken
    ) =>
        await store.TryPutJsonIfMatchAsync(RunPaths.Stage(run, stage), next, etag, cancellationToken) is { } tag
            ? new StoredJson<StageRecord>(next, tag)
            : null;

    /// <summary>
    /// Applies a change however many writers there are; a change that returns its argument writes nothing. A run whose making was
    /// cut short lacks records: such a one is made first.
    /// </summary>
    public async Task UpdateAsync(string run, string stage, Func<StageRecord, StageRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryReadAsync(run, stage, cancellationToken) is not { } stored)
            {
                await CreateAsync(run, stage, cancellationToken);
                continue;
            }

            var (record, etag) = stored;
            var next = change(record);
            if (ReferenceEquals(next, record) || await TryReplaceAsync(run, stage, next, etag, cancellationToken) is not null)
            {
                return;
            }
        }
    }
}

/// <summary>What a worker changes records with: where they are, by which times and limits, and its own clock.</summary>
internal sealed record RecordKeeping(StageRecords Records, StageProtocolOptions Options, TimeProvider Time);
