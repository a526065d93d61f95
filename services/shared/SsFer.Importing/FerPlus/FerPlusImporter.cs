using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.FerPlus;

/// <summary>
/// FERPlus: pictures from zip archives or directories, labels from the votes file. Pictures are matched to rows by file name, and by
/// folders where a row names them, so it does not matter how archives and folders are cut. A picture whose votes the rule drops is
/// stored all the same, with no label: it can still serve unlabelled training, and another rule's label for it stands in
/// <see cref="DatasetItem.LabelsByRule"/>.
/// </summary>
/// <param name="images">Zip archives or directories.</param>
/// <param name="votesFile">Path of <c>fer2013new.csv</c>.</param>
/// <param name="rule">The rule whose decision becomes <see cref="DatasetItem.Label"/>; both rules' decisions are stored.</param>
public sealed class FerPlusImporter(IReadOnlyList<string> images, string votesFile, FerPlusRule rule) : DatasetImporter(images)
{
    private protected override bool IsPublishedSet => true;

    private protected override void Check() => FerPlusVotes.Require(votesFile);

    private protected override async Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var votes = await FerPlusVotes.ReadAsync(votesFile, options.Encoding, cancellationToken);
        var choice = options.Contradictions ?? Contradictions.LeaveOut;
        var plan = FerPlusPlan.Match(votes, Path.GetFileName(votesFile), sources.FilesBeside(votesFile), rule, choice);
        if (plan.Pictures.Count == 0)
        {
            throw new ImportException($"no picture in {Places} is named in '{votesFile}': do they belong together?");
        }

        var provenance = new Dictionary<string, string>
        {
            ["importer"] = "ferplus",
            ["rule"] = FerPlusLabels.NameOf(rule),
            ["rows"] = ImportPlan.Text(votes.RowCount),
            ["rowsWithoutFile"] = ImportPlan.Text(plan.RowsWithoutFile),
            ["repeatedNames"] = ImportPlan.Text(plan.RepeatedNames),
            ["droppedByRule"] = ImportPlan.Text(plan.Pictures.Count(picture => picture.Label is null)),
        };
        if (votes.MissingColumns.Count > 0)
        {
            provenance[ImportFindings.NoVotes] = string.Join(", ", votes.MissingColumns);
        }

        plan.Contradicting.AddTo(provenance, choice);
        return new ImportPlan
        {
            Pictures = plan.Pictures,
            Classes = FerPlusLabels.Classes,
            Rejected = plan.Rejected,
            Provenance = provenance,
        };
    }
}
