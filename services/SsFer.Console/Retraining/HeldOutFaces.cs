using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Planning;

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
        var held = await catalog.ReadManifestAsync(heldOut.Name, heldOut.Version, cancellationToken);
        return trained.Pending is not null
            || await PictureOrigin.OfAsync(catalog, trained.Manifest, cancellationToken)
                != await PictureOrigin.OfAsync(catalog, held, cancellationToken);
    }
}
