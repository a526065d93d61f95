using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.FerPlus;

/// <summary>
/// FERPlus: pictures from zip archives or directories, labels from the votes file. Pictures are matched to rows by file name alone,
/// so it does not matter how archives and folders are cut. A picture whose votes the rule drops is stored all the same, with no
/// label: it can still serve unlabelled training, and another rule's label for it stands in <see cref="DatasetItem.LabelsByRule"/>.
/// </summary>
/// <param name="images">Zip archives or directories.</param>
/// <param name="votesFile">Path of <c>fer2013new.csv</c>.</param>
/// <param name="rule">The rule whose decision becomes <see cref="DatasetItem.Label"/>; both rules' decisions are stored.</param>
public sealed class FerPlusImporter(IReadOnlyList<string> images, string votesFile, FerPlusRule rule)
{
    /// <summary>Imports and publishes; the same pictures and votes give the same version again.</summary>
    /// <exception cref="ImportException">A file is missing or is not what it should be, no picture has a row, or none is
    /// usable.</exception>
    public async Task<DatasetManifest> ImportAsync(
        IArtifactStore store,
        string name,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var votes = FerPlusVotes.Read(votesFile);
        using var sources = PictureSources.Open(images);
        var plan = FerPlusPlan.Match(votes, sources.FilesBeside(votesFile), rule);
        if (plan.Pictures.Count == 0)
        {
            throw new ImportException(
                $"no picture in {string.Join(", ", images.Select(path => $"'{path}'"))} is named in '{votesFile}': do they belong together?{(sources.Packed is { } packed ? $" ({packed})" : "")}"
            );
        }

        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Classes = FerPlusLabels.Classes,
            Provenance = new Dictionary<string, string>
            {
                ["importer"] = "ferplus",
                ["rule"] = FerPlusLabels.NameOf(rule),
                ["rows"] = Text(votes.RowCount),
                ["rowsWithoutFile"] = Text(plan.RowsWithoutFile),
                ["repeatedNames"] = Text(votes.RepeatedNames),
                ["droppedByRule"] = Text(plan.Pictures.Count(picture => picture.Label is null)),
            },
        };
        return await new RawDatasetImport(store, options).RunAsync(draft, plan.Pictures, plan.Rejected, progress, cancellationToken);
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
