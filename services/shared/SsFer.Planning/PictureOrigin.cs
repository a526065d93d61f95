using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;

namespace SsFer.Planning;

/// <summary>From which import the pictures of a version came, through preparations and new labels.</summary>
public static class PictureOrigin
{
    /// <summary>
    /// Key of the provenance of relabelled versions that stays the same however often they are labelled anew: the version whose
    /// pictures they have.
    /// </summary>
    public const string Key = "picturesOf";

    /// <summary>The imported version.</summary>
    public static async Task<string> OfAsync(DatasetCatalog catalog, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Provenance.TryGetValue(PreparationProvenance.RawVersion, out var raw))
        {
            var pictures = await Lineage.TryReadAsync(catalog, new DatasetReference(manifest.Name, raw), cancellationToken);
            return pictures?.Provenance.GetValueOrDefault(Key) ?? raw;
        }

        return manifest.Provenance.GetValueOrDefault(Key) ?? manifest.Version;
    }
}
