using SsFer.Artifacts.Datasets;

namespace SsFer.Console.Labels;

/// <summary>The last word on a picture.</summary>
/// <param name="Key">Key of the picture.</param>
/// <param name="Expression">Name of the class.</param>
/// <param name="Added">When its batch was added.</param>
/// <param name="IsNew">Whether the version says something else of the picture, or nothing.</param>
internal sealed record MergedLabel(string Key, string Expression, DateTimeOffset Added, bool IsNew);

/// <summary>Several batches as one: what a version would say with their labels.</summary>
internal sealed class LabelMerge(LabelStore labels, DatasetCatalog catalog)
{
    /// <summary>
    /// The last word on every picture, by the time at which its batch was added. Labels of another import's pictures are passed
    /// over, and those of a class that this import does not have.
    /// </summary>
    /// <param name="basis">The version.</param>
    /// <param name="batches">Keys of the batches.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<MergedLabel>> MergeAsync(
        DatasetManifest basis,
        IEnumerable<string> batches,
        CancellationToken cancellationToken
    )
    {
        var read = new List<LabelBatch>();
        foreach (var key in batches)
        {
            read.Add(await labels.ReadAsync(basis.Name, key, cancellationToken));
        }

        var last = new Dictionary<string, (StoredLabel Label, DateTimeOffset Added)>(StringComparer.Ordinal);
        foreach (var batch in read.OrderBy(batch => batch.Added).ThenBy(batch => batch.Key, StringComparer.Ordinal))
        {
            foreach (var label in batch.Labels)
            {
                last[label.Key] = (label, batch.Added);
            }
        }

        var merged = new List<MergedLabel>();
        await foreach (var item in catalog.ItemsAsync(basis, cancellationToken))
        {
            if (
                last.TryGetValue(item.Key, out var word)
                && (word.Label.Pixels is null || word.Label.Pixels == item.PixelHash)
                && basis.Classes.Contains(word.Label.Expression)
            )
            {
                merged.Add(new MergedLabel(item.Key, word.Label.Expression, word.Added, IsNew: item.Label != word.Label.Expression));
            }
        }

        return merged;
    }
}
