using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.Pictures;

namespace SsFer.Importing;

/// <summary>
/// Unlabelled faces from zip archives or directories, such as a face recognition set. Folders of identities may nest as they like;
/// the identity is not kept as a label (docs/method.md, section 0: identity labels are never used). Every picture goes to the train split.
/// </summary>
/// <param name="paths">Zip archives or directories.</param>
public sealed class FacesImporter(IReadOnlyList<string> paths)
{
    /// <summary>Imports and publishes; the same pictures give the same version again.</summary>
    /// <exception cref="ImportException">A path is missing or no archive, there is no file in it, or no file is a usable
    /// picture.</exception>
    public async Task<DatasetManifest> ImportAsync(
        IArtifactStore store,
        string name,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var sources = PictureSources.Open(paths);
        var keys = new PictureKeys();
        var plan = sources
            .Files.Select(file => new PlannedPicture(
                file.Source,
                file.Entry,
                keys.Next(Path.GetFileName(file.Source.Location), file.Entry.Name),
                DatasetSplit.Train
            ))
            .OrderBy(planned => planned.Key, StringComparer.Ordinal)
            .ToList();
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Provenance = new Dictionary<string, string> { ["importer"] = "faces" },
        };
        return await new RawDatasetImport(store, options).RunAsync(draft, plan, [], progress, cancellationToken);
    }
}
