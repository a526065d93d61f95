using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Console.Runs;

namespace SsFer.Console.Retraining;

/// <summary>
/// Keeps the faces that every model is evaluated on out of training. Within one import the splits see to it; an import anew, with
/// another hold-out, may put the same pictures into train.
/// </summary>
internal sealed class HeldOutFaces(DatasetCatalog catalog)
{
    /// <summary>
    /// Whether faces that are to be trained on belong to another import of the dataset from which <paramref name="heldOut"/> was
    /// taken.
    /// </summary>
    public async Task<bool> AreOfAnotherImportAsync(DatasetReference heldOut, FaceVersion trained, CancellationToken cancellationToken)
    {
        if (trained.Reference.Name != heldOut.Name)
        {
            return false;
        }
        // A run has one preparation of a dataset, and would take its product for the faces that are held out, too.
        return !trained.IsPrepared
            || await PicturesOfAsync(trained.Reference, cancellationToken) != await PicturesOfAsync(heldOut, cancellationToken);
    }

    /// <summary>The imported version that the pictures came with, through preparations and new labels.</summary>
    private async Task<string> PicturesOfAsync(DatasetReference faces, CancellationToken cancellationToken)
    {
        var manifest = await catalog.ReadManifestAsync(faces.Name, faces.Version, cancellationToken);
        if (manifest.Provenance.TryGetValue(PreparationProvenance.RawVersion, out var raw))
        {
            manifest = await catalog.ReadManifestAsync(faces.Name, raw, cancellationToken);
        }

        return manifest.Provenance.GetValueOrDefault(RetrainingDecision.PicturesKey) ?? manifest.Version;
    }
}
