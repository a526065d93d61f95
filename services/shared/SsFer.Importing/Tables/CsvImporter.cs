using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;
using SsFer.Importing.Text;

namespace SsFer.Importing.Tables;

/// <summary>Any classification task: pictures from archives or directories, their labels from a table with one row a picture.</summary>
/// <param name="images">Zip archives or directories.</param>
/// <param name="tableFile">The table: comma, semicolon, tab or bar between cells, column names first.</param>
/// <param name="columns">Which column says what.</param>
/// <param name="holdOut">Draws a validation split out of train; null leaves the splits as they are.</param>
public sealed class CsvImporter(IReadOnlyList<string> images, string tableFile, CsvColumns columns, HoldOut? holdOut = null)
    : DatasetImporter(images, holdOut)
{
    private protected override void Check()
    {
        if (!File.Exists(tableFile))
        {
            throw new ImportException($"the table '{tableFile}' does not exist: give a CSV file with --table");
        }
    }

    private protected override async Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        using var table = await OpenAsync(options, cancellationToken);
        var files = sources.FilesBeside(tableFile).ToList();
        var plan = new CsvPlan(Path.GetFileName(tableFile), table, columns, options);
        plan.Read(new FileIndex(files), cancellationToken);
        if (plan.Pictures.Count == 0)
        {
            throw new ImportException(
                $"no row of '{tableFile}' can be brought together with a picture in {Places}; {plan.FirstFault ?? "it has no row"}"
            );
        }

        foreach (var file in files.Where(file => !plan.Knows(file)))
        {
            plan.Rejected.Add(new RejectedItem(file.Description, "no row in the table"));
        }

        return new ImportPlan
        {
            Pictures = plan.Pictures,
            Classes = plan.Classes.InOrder(),
            NamesItsClasses = true,
            DeclaresBoxes = columns.Box is not null,
            Rejected = plan.Rejected,
            Provenance = ProvenanceOf(plan),
        };
    }

    private Dictionary<string, string> ProvenanceOf(CsvPlan plan)
    {
        var provenance = new Dictionary<string, string>
        {
            ["importer"] = "csv",
            ["imageColumn"] = columns.Image,
            ["labelColumn"] = columns.Label,
            ["rows"] = ImportPlan.Text(plan.Rows),
            ["rowsWithoutFile"] = ImportPlan.Text(plan.RowsWithoutFile),
            ["rowsWithoutLabel"] = ImportPlan.Text(plan.RowsWithoutLabel),
        };
        if (columns.Split is { } split)
        {
            provenance["splitColumn"] = split;
        }

        if (columns.Box is { } box)
        {
            (provenance["boxColumns"], provenance["boxFormat"]) = (string.Join(", ", box), columns.BoxFormat.ToString().ToLowerInvariant());
        }

        plan.AddTo(provenance);
        return provenance;
    }

    private async Task<CsvTable> OpenAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var text = await StrictText.OpenAsync(
                () => Task.FromResult<Stream>(File.OpenRead(tableFile)),
                tableFile,
                options.Encoding,
                cancellationToken
            );
            return CsvTable.Open(text, tableFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the table '{tableFile}' cannot be read: {e.Message}", e);
        }
    }
}
