using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Planning;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Labels;

/// <summary>Batches of labels: stored once each, whatever crashes or is sent again.</summary>
internal sealed class LabelStore(IArtifactStore store, DatasetCatalog catalog, TimeProvider time)
{
    /// <summary>Stores a batch, or finds it where the same was stored before.</summary>
    /// <returns>The batch, and whether this request was the first for it.</returns>
    /// <exception cref="RequestRefusedException">The key was used for other labels, or a picture or an expression is unknown; nothing
    /// is stored then.</exception>
    public async Task<(LabelBatch Batch, bool IsNew)> AddAsync(
        string dataset,
        string key,
        IReadOnlyList<SentLabel> labels,
        CancellationToken cancellationToken
    )
    {
        var path = LabelBatch.PathOf(dataset, key);
        var content = RunDraft.HashOf(
            labels.Select(label => new
            {
                label.Key,
                label.Image,
                label.Expression,
            })
        );
        if (await FindAsync(path, content, cancellationToken) is { } before)
        {
            return (before, false);
        }

        var manifest = await CurrentAsync(dataset, cancellationToken);
        var resolved = await ResolveAsync(manifest, labels, cancellationToken);
        var batch = new LabelBatch
        {
            Key = key,
            Content = content,
            Added = time.GetUtcNow(),
            CheckedAgainst = manifest.Version,
            Labels = resolved.Labels,
            Changes = resolved.Changes,
        };
        if (await store.TryPutJsonIfAbsentAsync(path, batch, cancellationToken) is not null)
        {
            return (batch, true);
        }

        return ((await FindAsync(path, content, cancellationToken))!, false);
    }

    /// <summary>Keys of all batches of a dataset, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string dataset, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var artifact in store.ListAsync(LabelBatch.FolderOf(dataset), cancellationToken))
        {
            keys.Add(Path.GetFileNameWithoutExtension(artifact.Path));
        }

        return keys;
    }

    /// <exception cref="ArtifactNotFoundException">There is no such batch.</exception>
    public async Task<LabelBatch> ReadAsync(string dataset, string key, CancellationToken cancellationToken)
    {
        var path = LabelBatch.PathOf(dataset, key);
        return (await store.TryReadJsonAsync<LabelBatch>(path, cancellationToken))?.Value ?? throw new ArtifactNotFoundException(path);
    }

    private async Task<LabelBatch?> FindAsync(string path, string content, CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<LabelBatch>(path, cancellationToken))?.Value switch
        {
            null => null,
            var batch when batch.Content == content => batch,
            var batch => throw RequestRefusedException.Conflict(
                $"the idempotency key '{batch.Key}' was used for other labels: send these with a key of their own"
            ),
        };

    private async Task<DatasetManifest> CurrentAsync(string dataset, CancellationToken cancellationToken)
    {
        var pointers = await catalog.GetAsync(dataset, cancellationToken);
        var manifest = await catalog.ReadManifestAsync(dataset, pointers.Raw ?? pointers.Prepared.Values.First(), cancellationToken);
        return manifest.Classes.Count > 0
            ? manifest
            : throw RequestRefusedException.Unprocessable(
                $"dataset '{dataset}' has no classes to label with: import it with labels for some of its pictures first"
            );
    }

    /// <summary>Finds the pictures in one pass over the items; what is kept is bounded by the request, not by the dataset.</summary>
    /// <returns>The labels, and how many of them the version does not have.</returns>
    private async Task<(IReadOnlyList<StoredLabel> Labels, int Changes)> ResolveAsync(
        DatasetManifest manifest,
        IReadOnlyList<SentLabel> labels,
        CancellationToken cancellationToken
    )
    {
        if (labels.FirstOrDefault(label => !manifest.Classes.Contains(label.Expression)) is { } strange)
        {
            throw RequestRefusedException.Unprocessable(
                $"{strange.Place}: '{strange.Picture}': unknown expression '{strange.Expression}', the dataset has "
                    + $"{string.Join(", ", manifest.Classes)}"
            );
        }

        var byKey = labels.Where(label => label.Key is not null).ToDictionary(label => label.Key!, StringComparer.Ordinal);
        var byFile = labels.Where(label => label.Image is not null).ToLookup(label => FileName(label.Image!), StringComparer.Ordinal);
        var found = new Dictionary<SentLabel, DatasetItem>(labels.Count);
        var ofItem = new Dictionary<string, SentLabel>(labels.Count, StringComparer.Ordinal);
        await foreach (var item in catalog.ItemsAsync(manifest, cancellationToken))
        {
            if (byKey.TryGetValue(item.Key, out var keyed))
            {
                Take(keyed, item);
            }

            foreach (var named in byFile[FileName(item.Source)].Where(label => IsTail(label.Image!, item.Source)))
            {
                Take(named, item);
            }
        }

        if (labels.FirstOrDefault(label => !found.ContainsKey(label)) is { } missing)
        {
            throw RequestRefusedException.Unprocessable($"{missing.Place}: dataset '{manifest.Name}' has no picture '{missing.Picture}'");
        }

        var isImported = manifest.Kind == DatasetKind.Raw;
        return (
            [
                .. labels
                    .Select(label => new StoredLabel(found[label].Key, label.Expression, isImported ? found[label].PixelHash : null))
                    .Distinct(),
            ],
            labels.Count(label => found[label].Label != label.Expression)
        );

        void Take(SentLabel label, DatasetItem item)
        {
            if (!found.TryAdd(label, item))
            {
                throw RequestRefusedException.Unprocessable(
                    $"{label.Place}: image '{label.Image}' may be '{found[label].Key}' or '{item.Key}': name it by its key"
                );
            }

            if (item.Split != DatasetSplit.Train)
            {
                throw RequestRefusedException.Unprocessable(
                    $"{label.Place}: '{label.Picture}' stands in the {item.Split} split, from which nothing is learnt: label "
                        + $"pictures of the train split"
                );
            }

            if (!ofItem.TryAdd(item.Key, label) && ofItem[item.Key].Expression != label.Expression)
            {
                throw RequestRefusedException.Unprocessable(
                    $"{label.Place}: '{item.Key}' is {label.Expression} here and {ofItem[item.Key].Expression} in {ofItem[item.Key].Place}"
                );
            }
        }
    }

    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>Whether one path ends in the other: people write names down from above or below the folder that was imported.</summary>
    private static bool IsTail(string image, string source)
    {
        var sent = image.Replace('\\', '/').TrimStart('/');
        var (shorter, longer) = sent.Length <= source.Length ? (sent, source) : (source, sent);
        return longer.EndsWith(shorter, StringComparison.Ordinal)
            && (longer.Length == shorter.Length || longer[^(shorter.Length + 1)] == '/');
    }
}
