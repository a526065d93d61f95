using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing;

/// <summary>
/// Unlabelled faces from zip archives or directories, such as a face recognition set. Folders of identities may nest as they like;
/// the identity is not kept as a label (docs/method.md, section 0: identity labels are never used). Every picture goes to the train split.
/// </summary>
/// <param name="paths">Zip archives or directories.</param>
public sealed class FacesImporter(IReadOnlyList<string> paths) : DatasetImporter(paths)
{
    private protected override Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var keys = new PictureKeys();
        var faces = sources.Files.Select(file => new PlannedPicture(
            file.Source,
            file.Entry,
            keys.Next(Path.GetFileName(file.Source.Location), file.Entry.Name),
            DatasetSplit.Train
        ));
        return Task.FromResult(
            new ImportPlan
            {
                Pictures = [.. faces],
                Classes = [],
                Provenance = new Dictionary<string, string> { ["importer"] = "faces" },
            }
        );
    }
}
