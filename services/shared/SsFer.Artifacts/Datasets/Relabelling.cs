using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Makes a version that has the pictures of another, or some of them, with other labels or splits. It names the shards of the other
/// one and writes label tables alone, and of these only the ones that differ. Doing the same again, after a kill too, gives the same
/// version.
/// </summary>
public sealed class Relabelling(IArtifactStore store)
{
    /// <param name="source">The version with the pictures.</param>
    /// <param name="draft">Name, which is that of the source, classes and provenance of the new version.</param>
    /// <param name="relabel">Gives each picture, in the order of keys, its split, label, labels by rule, votes and original; other changes
    /// are passed over. Null erases the picture: no reader of the new version ever sees it.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>The manifest of the new version, which is stored and not published.</returns>
    /// <exception cref="UnusableArtifactException">An index or a label table of the source is damaged or gone.</exception>
    /// <exception cref="ArgumentException">A split or a label is none of the draft's, or the names differ.</exception>
    public async Task<DatasetManifest> WriteAsync(
        DatasetManifest source,
        DatasetDraft draft,
        Func<DatasetItem, ValueTask<DatasetItem?>> relabel,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(relabel);
        draft.Validate();
        if (draft.Name != source.Name)
        {
            throw new ArgumentException($"pictures of '{source.Name}' cannot be part of '{draft.Name}'", nameof(draft));
        }

        var labels = new NewLabels(draft, relabel);
        foreach (var rejected in source.Rejected)
        {
            labels.Tally.Reject(rejected);
        }

        foreach (var shard in source.Shards)
        {
            labels.Tally.Add(await RelabelAsync(source, shard, labels, cancellationToken));
        }

        if (labels.Tally.Added == 0)
        {
            throw new ArtifactException($"dataset '{draft.Name}' would be empty: every picture of it was erased");
        }

        var manifest = labels.Tally.Describe(draft, new Dictionary<string, string>());
        // Null means that the same content, hence the same manifest, is already there.
        await store.TryPutJsonIfAbsentAsync(DatasetLayout.ManifestOf(manifest.Name, manifest.Version), manifest, cancellationToken);
        return manifest;
    }

    private async Task<ShardInfo> RelabelAsync(
        DatasetManifest source,
        ShardInfo shard,
        NewLabels labels,
        CancellationToken cancellationToken
    )
    {
        using var table = new MemoryStream(); // some 100 bytes a picture of one shard
        await using var hashed = new HashingStream(table);
        var erased = 0;
        await foreach (var row in ShardRows.ReadAsync(store, source, shard, cancellationToken))
        {
            var next = await labels.OfAsync(row);
            erased += next.Erased is true ? 1 : 0;
            await ShardWriter.WriteLineAsync(hashed, next, cancellationToken);
        }

        var relabelled = shard with
        {
            File = source.PathOf(shard.File)[(DatasetLayout.Root.Length + source.Name.Length + 1)..],
            LabelsSha256 = hashed.Sha256,
            Erased = erased == 0 ? null : erased,
        };
        var path = source.PathOf(relabelled.LabelsFile!);
        if (relabelled.LabelsSha256 != shard.LabelsSha256 && !await store.HoldsAsync(path, relabelled.LabelsSha256, cancellationToken))
        {
            table.Position = 0;
            await store.PutAsync(path, table, cancellationToken);
        }

        return relabelled;
    }

    /// <summary>Goes through all pictures once, in the order of their keys.</summary>
    private sealed class NewLabels(DatasetDraft draft, Func<DatasetItem, ValueTask<DatasetItem?>> relabel)
    {
        /// <summary>By the key of an original that was erased: the first copy that was left, which takes its place.</summary>
        private readonly Dictionary<string, string?> _successors = new(StringComparer.Ordinal);

        public DatasetTally Tally { get; } = new();

        public async ValueTask<LabelRow> OfAsync(ShardRow row)
        {
            if (row.Item is not { } item)
            {
                return row.Labels;
            }

            if (await relabel(item) is not { } told)
            {
                if (item.DuplicateOf is null)
                {
                    _successors[item.Key] = null;
                }

                return LabelRow.ErasedOf(item.Key, item.Split);
            }

            var next = item with
            {
                Split = told.Split,
                Label = told.Label,
                LabelsByRule = told.LabelsByRule,
                Votes = told.Votes,
                DuplicateOf = OriginalOf(item.Key, told.DuplicateOf),
            };
            if (draft.FaultOfLabels(next) is { } fault)
            {
                throw draft.CannotStore(next, fault);
            }

            Tally.Add(next);
            return LabelRow.Of(next);
        }

        private string? OriginalOf(string key, string? original)
        {
            if (original is null || !_successors.TryGetValue(original, out var successor))
            {
                return original;
            }

            _successors[original] = successor ?? key;
            return successor;
        }
    }
}
