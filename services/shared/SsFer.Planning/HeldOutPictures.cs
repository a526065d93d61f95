using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;

namespace SsFer.Planning;

/// <summary>
/// The faces that a run is evaluated on, known again in any dataset by name and split, and where that says nothing by the hash of
/// their pixels. Pictures that the dataset itself has in another split as well are its owner's doing and tell nothing.
/// </summary>
/// <param name="catalog">Holds the datasets.</param>
/// <param name="reference">Version and split.</param>
internal sealed class HeldOutPictures(DatasetCatalog catalog, DatasetReference reference)
{
    private readonly Dictionary<DatasetReference, int> _shared = [];
    private HashSet<string>? _pixels;

    public DatasetReference Reference => reference;

    /// <summary>What these faces have in common with the held-out ones, in words; null for nothing.</summary>
    /// <param name="faces">What was learned from.</param>
    /// <param name="heldOut">What the run that learned from them held out itself.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<string?> SharedWithAsync(DatasetReference faces, DatasetReference? heldOut, CancellationToken cancellationToken)
    {
        // Whatever the version: a split of another version of the dataset may hold the same pictures.
        if (faces.Name == reference.Name && (faces.Split is null || reference.Split is null || faces.Split == reference.Split))
        {
            return $"which holds {reference.Name}:{reference.Split ?? "all splits"}";
        }

        var leftOut = heldOut is not null && (heldOut.Name, heldOut.Split) == (reference.Name, reference.Split);
        if (faces.Name == reference.Name ? await AreOfOneImportAsync(faces, cancellationToken) : leftOut)
        {
            return null;
        }

        if (!_shared.TryGetValue(faces, out var count))
        {
            _shared[faces] = count = await CountAsync(faces, cancellationToken);
        }

        return count > 0 ? $"which has {count} of the pictures of {reference.Name}:{reference.Split ?? "all splits"}" : null;
    }

    private async Task<bool> AreOfOneImportAsync(DatasetReference faces, CancellationToken cancellationToken) =>
        faces.Version == reference.Version
        || (
            await Lineage.TryReadAsync(catalog, faces, cancellationToken) is { } one
            && await Lineage.TryReadAsync(catalog, reference, cancellationToken) is { } other
            && await PictureOrigin.OfAsync(catalog, one, cancellationToken)
                == await PictureOrigin.OfAsync(catalog, other, cancellationToken)
        );

    private async Task<int> CountAsync(DatasetReference faces, CancellationToken cancellationToken)
    {
        if (await Lineage.TryReadAsync(catalog, faces, cancellationToken) is not { } manifest)
        {
            return 0;
        }

        var pixels = _pixels ??= await PixelsAsync(cancellationToken);
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in catalog.ItemsAsync(manifest, cancellationToken))
        {
            if (item.PixelHash is { } hash && (faces.Split is null || item.Split == faces.Split) && pixels.Contains(hash))
            {
                found.Add(hash);
            }
        }

        return found.Count;
    }

    private async Task<HashSet<string>> PixelsAsync(CancellationToken cancellationToken)
    {
        var (held, others) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        if (await Lineage.TryReadAsync(catalog, reference, cancellationToken) is { } manifest)
        {
            await foreach (var item in catalog.ItemsAsync(manifest, cancellationToken))
            {
                if (item.PixelHash is { } hash)
                {
                    (reference.Split is null || item.Split == reference.Split ? held : others).Add(hash);
                }
            }
        }

        held.ExceptWith(others);
        return held;
    }
}
