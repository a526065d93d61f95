using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tables;

/// <summary>Any classification task: pictures from archives or directories, their labels from a table with one row a picture.</summary>
/// <param name="images">Zip archives or directories.</param>
/// <param name="tableFile">The table: comma, semicolon or tab between cells, column names first.</param>
/// <param name="columns">Which column says what.</param>
/// <param name="holdOut">Draws a validation split out of train; null leaves the splits as they are.</param>
public sealed class CsvImporter(IReadOnlyList<string> images, string tableFile, CsvColumns columns, HoldOut? holdOut = null)
    : LabelledImporter(images, holdOut)
{
    private protected override Task<LabelledPlan> PlanAsync(PictureSources sources, CancellationToken cancellationToken)
    {
        using var table = Open();
        var files = sources.FilesBeside(tableFile).ToList();
        var plan = new CsvPlan(Path.GetFileName(tableFile), table, columns, new FileIndex(files));
        plan.Read(cancellationToken);
        if (plan.Pictures.Count == 0)
        {
            throw new ImportException(
                $"no row of '{tableFile}' can be brought together with a picture in {Places}; {plan.FirstFault ?? "it has no row"}"
            );
        }

        foreach (var file in files.Where(file => !plan.Used.ContainsKey(file)))
        {
            plan.Rejected.Add(new RejectedItem(file.Description, "no row in the table"));
        }

        return Task.FromResult(
            new LabelledPlan
            {
                Pictures = plan.Pictures,
                Classes = plan.Classes.InOrder(),
                Rejected = plan.Rejected,
                Provenance = ProvenanceOf(plan),
            }
        );
    }

    private Dictionary<string, string> ProvenanceOf(CsvPlan plan)
    {
        var provenance = new Dictionary<string, string>
        {
            ["importer"] = "csv",
            ["imageColumn"] = columns.Image,
            ["labelColumn"] = columns.Label,
            ["rows"] = LabelledPlan.Text(plan.Rows),
            ["rowsWithoutFile"] = LabelledPlan.Text(plan.RowsWithoutFile),
            ["rowsWithoutLabel"] = LabelledPlan.Text(plan.RowsWithoutLabel),
        };
        if (columns.Split is { } split)
        {
            provenance["splitColumn"] = split;
        }

        if (columns.Box is { } box)
        {
            (provenance["boxColumns"], provenance["boxFormat"]) = (
                string.Join(", ", box),
                columns.BoxFormat == BoxFormat.Xywh ? "xywh" : "xyxy"
            );
        }

        return provenance;
    }

    private CsvTable Open()
    {
        if (!File.Exists(tableFile))
        {
            throw new ImportException($"the table '{tableFile}' does not exist: give a CSV file with --table");
        }

        try
        {
            return CsvTable.Open(new StreamReader(tableFile), tableFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the table '{tableFile}' cannot be read: {e.Message}", e);
        }
    }
}
