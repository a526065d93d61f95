using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Planning;

namespace SsFer.Console.Retraining;

/// <summary>
/// Writes a version that has the pictures of another and other labels. The same labels give the same version; one that was killed goes
/// on after its last shard.
/// </summary>
/// <param name="store">Holds both.</param>
/// <param name="cache">Where shards of a remote store are kept while they are read.</param>
internal sealed class RelabelledVersion(IArtifactStore store, CacheSpace cache)
{
    /// <param name="source">The version with the pictures.</param>
    /// <param name="labels">Class by key; keys that the version does not have are passed over, they were left out of it for a reason.
    /// Every class is one of the source.</param>
    /// <param name="provenance">Added to that of the source, and stronger than it.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public async Task<DatasetManifest> WriteAsync(
        DatasetReference source,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyDictionary<string, string> provenance,
        CancellationToken cancellationToken
    )
    {
        using var reader = await DatasetReader.OpenAsync(store, source.Name, source.Version, cache, cancellationToken);
        var origin = KeyValuePair.Create(PictureOrigin.Key, source.Version); // weaker than what the source says of its own
        var draft = new DatasetDraft
        {
            Name = source.Name,
            Kind = reader.Manifest.Kind,
            Size = reader.Manifest.Size,
            Classes = reader.Manifest.Classes,
            Provenance = new Dictionary<string, string>(
                reader.Manifest.Provenance.Prepend(origin).Concat(provenance).GroupBy(entry => entry.Key).Select(entries => entries.Last()),
                StringComparer.Ordinal
            ),
        };
        var input = RunDraft.HashOf(new { source.Version, labels = labels.OrderBy(label => label.Key, StringComparer.Ordinal) });
        await using var writer = await DatasetWriter.ResumeAsync(store, draft, input, options: null, cancellationToken);
        if (writer.Completed is { } completed)
        {
            return completed;
        }

        var stored = writer.Sealed == 0 ? 0 : writer.Sealed - reader.Manifest.Rejected.Count;
        if (writer.Sealed == 0)
        {
            foreach (var rejected in reader.Manifest.Rejected)
            {
                writer.Reject(rejected.Source, rejected.Reason);
            }
        }

        await foreach (var entry in reader.EntriesAsync(cancellationToken))
        {
            if (stored-- > 0)
            {
                continue;
            }

            var encoded = new byte[entry.Length];
            reader.ReadImage(entry, encoded);
            var item = labels.TryGetValue(entry.Item.Key, out var label) ? entry.Item with { Label = label } : entry.Item;
            await writer.AddAsync(item, encoded, entry.Extension, cancellationToken);
        }

        return await writer.CompleteAsync(new Dictionary<string, string>(), cancellationToken);
    }
}
