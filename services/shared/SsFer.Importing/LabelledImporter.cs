using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.Pictures;

namespace SsFer.Importing;

/// <summary>
/// Pictures with labels from zip archives and directories, in one of the layouts they come in. Only names, labels and boxes are
/// held in memory; pictures stream through. Boxes and landmarks are those of the upright picture, as viewers show it (turned as its
/// EXIF orientation says), and serve <c>--detector annotated</c>.
/// </summary>
/// <param name="paths">Zip archives or directories; archives inside a directory are opened too.</param>
/// <param name="holdOut">Draws a validation split out of train; null leaves the splits as they are.</param>
public abstract class LabelledImporter(IReadOnlyList<string> paths, HoldOut? holdOut = null)
{
    /// <summary>Imports and publishes; the same pictures, labels and options give the same version again.</summary>
    /// <exception cref="ImportException">
    /// A path, a list of labels or a column is missing, the layout is another one, or no picture is usable; the message names it and
    /// the cure.
    /// </exception>
    public async Task<DatasetManifest> ImportAsync(
        IArtifactStore store,
        string name,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var sources = PictureSources.Open(paths);
        var plan = await PlanOrTellOfPackedAsync(sources, cancellationToken);
        IReadOnlyList<PlannedPicture> pictures = [.. plan.Pictures.OrderBy(picture => picture.Key, StringComparer.Ordinal)];
        var provenance = new Dictionary<string, string>(plan.Provenance);
        if (holdOut is not null)
        {
            pictures = await new HoldOutDraw(holdOut, options).DrawAsync(pictures, progress, cancellationToken);
            (provenance["holdOut"], provenance["seed"]) = (holdOut.ShareText, holdOut.SeedText);
        }
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Classes = plan.Classes,
            Provenance = provenance,
        };
        return await new RawDatasetImport(store, options).RunAsync(draft, pictures, plan.Rejected, progress, cancellationToken);
    }

    /// <summary>Reads the layout; the keys of the pictures are given, their order is not.</summary>
    private protected abstract Task<LabelledPlan> PlanAsync(PictureSources sources, CancellationToken cancellationToken);

    /// <summary>The places searched, as a message says them.</summary>
    private protected string Places => string.Join(", ", paths.Select(path => $"'{path}'"));

    /// <summary>What is missing may be in an archive that was not unpacked.</summary>
    private async Task<LabelledPlan> PlanOrTellOfPackedAsync(PictureSources sources, CancellationToken cancellationToken)
    {
        try
        {
            return await PlanAsync(sources, cancellationToken);
        }
        catch (ImportException fault) when (sources.Packed is { } packed)
        {
            throw new ImportException($"{fault.Message}; {packed}", fault);
        }
    }
}
