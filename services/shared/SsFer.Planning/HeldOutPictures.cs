using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;

namespace SsFer.Planning;

/// <summary>
/// The faces that a model is evaluated on, known again in any dataset: within one import by their split, elsewhere by the hash of
/// their pixels. Pictures that the dataset itself has in another split as well are its owner's doing and tell nothing.
/// </summary>
/// <param name="catalog">Holds the datasets.</param>
/// <param name="reference">Version and split.</param>
internal sealed class HeldOutPictures(DatasetCatalog catalog, DatasetReference reference)
{
    private readonly Dictionary<(DatasetReference, DatasetReference?), int?> _shared = [];
    private Dictionary<string, int>? _pictures;

    public DatasetReference Reference => reference;

    /// <summary>
    /// Whether faces are of the same split, whatever the version: a split of another version of the dataset may hold the same pictures.
    /// </summary>
    public bool IsPartOf(DatasetReference faces) =>
        faces.Name == reference.Name && (faces.Split is null || reference.Split is null || faces.Split == reference.Split);

    /// <summary>How many of the held-out faces were learned from; null where a dataset is not in the store any more.</summary>
    /// <param name="faces">What a run learned from.</param>
    /// <param name="leftOut">What that run held out itself: its pixels it left out of other datasets.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<int?> CountAsync(DatasetReference faces, DatasetReference? leftOut, CancellationToken cancellationToken)
    {
        var own = faces.Name == leftOut?.Name ? null : leftOut;
        if (!_shared.TryGetValue((faces, own), out var count))
        {
            _shared[(faces, own)] = count = await CountUnknownAsync(faces, own, cancellationToken);
        }

        return count;
    }

    private async Task<int?> CountUnknownAsync(DatasetReference faces, DatasetReference? leftOut, CancellationToken cancellationToken)
    {
        if (leftOut?.Split == reference.Split && await IsOfOneImportAsync(leftOut, cancellationToken))
        {
            return 0;
        }

        var isOfOneImport = await IsOfOneImportAsync(faces, cancellationToken);
        if (isOfOneImport && !IsPartOf(faces))
        {
            return 0;
        }

        if (
            await Lineage.TryReadAsync(catalog, faces, cancellationToken) is not { } learned
            || await Lineage.TryReadAsync(catalog, reference, cancellationToken) is not { } measured
        )
        {
            return null;
        }

        if (isOfOneImport)
        {
            return await ItemsAsync(measured, reference.Split, cancellationToken)
                .CountAsync(item => faces.Split is null || item.Split == faces.Split, cancellationToken);
        }

        var pictures = _pictures ??= await PicturesAsync(measured, cancellationToken);
        var found = await PixelsAsync(learned, faces.Split, cancellationToken);
        found.IntersectWith(pictures.Keys);
        if (found.Count > 0 && leftOut is not null)
        {
            if (await Lineage.TryReadAsync(catalog, leftOut, cancellationToken) is not { } others)
            {
                return null;
            }

            found.ExceptWith(await PixelsAsync(others, leftOut.Split, cancellationToken));
        }

        return found.Sum(pixels => pictures[pixels]);
    }

    private async Task<bool> IsOfOneImportAsync(DatasetReference? faces, CancellationToken cancellationToken) =>
        faces?.Name == reference.Name
        && (
            faces.Version == reference.Version
            || (
                await Lineage.TryReadAsync(catalog, faces, cancellationToken) is { } one
                && await Lineage.TryReadAsync(catalog, reference, cancellationToken) is { } other
                && await PictureOrigin.OfAsync(catalog, one, cancellationToken)
                    == await PictureOrigin.OfAsync(catalog, other, cancellationToken)
            )
        );

    /// <summary>How many held-out faces have the same pixels, by their hash.</summary>
    private async Task<Dictionary<string, int>> PicturesAsync(DatasetManifest measured, CancellationToken cancellationToken)
    {
        var held = new Dictionary<string, int>(StringComparer.Ordinal);
        var elsewhere = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in catalog.ItemsAsync(measured, cancellationToken))
        {
            if (item.PixelHash is not { } hash)
            {
                continue;
            }

            if (reference.Split is null || item.Split == reference.Split)
            {
                held[hash] = held.GetValueOrDefault(hash) + 1;
            }
            else
            {
                elsewhere.Add(hash);
            }
        }

        foreach (var hash in elsewhere)
        {
            held.Remove(hash);
        }

        return held;
    }

    private async Task<HashSet<string>> PixelsAsync(DatasetManifest manifest, string? split, CancellationToken cancellationToken) =>
        await ItemsAsync(manifest, split, cancellationToken)
            .Select(item => item.PixelHash)
            .OfType<string>()
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);

    private IAsyncEnumerable<DatasetItem> ItemsAsync(DatasetManifest manifest, string? split, CancellationToken cancellationToken) =>
        catalog.ItemsAsync(manifest, cancellationToken).Where(item => split is null || item.Split == split);
}
