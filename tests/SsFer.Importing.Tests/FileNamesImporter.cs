using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tests;

/// <summary>Pictures whose file name begins with their class: <c>happiness_0001.png</c>. The example of CONTRIBUTING.md.</summary>
internal sealed class FileNamesImporter(IReadOnlyList<string> paths, HoldOut? holdOut = null) : DatasetImporter(paths, holdOut)
{
    private protected override Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var keys = new PictureKeys();
        var classes = new ClassNames();
        var (pictures, rejected) = (new List<PlannedPicture>(), new List<RejectedItem>());
        foreach (var file in sources.Files)
        {
            if (file.FileName.Split('_') is not [var label, _, ..])
            {
                rejected.Add(new RejectedItem(file.Description, "its name does not begin with a class and an underscore"));
                continue;
            }

            var key = keys.Next(file, DatasetSplit.Train);
            pictures.Add(new PlannedPicture(file.Source, file.Entry, key, DatasetSplit.Train) { Label = classes.Of(label) });
        }

        if (pictures.Count == 0)
        {
            throw new ImportException($"no picture in {Places} is named CLASS_NUMBER, such as happiness_0001.png");
        }

        var provenance = new Dictionary<string, string> { ["importer"] = "file-names" };
        classes.AddTo(provenance); // which spellings were taken as one class
        return Task.FromResult(
            new ImportPlan
            {
                Pictures = pictures,
                Classes = classes.InOrder(),
                Rejected = rejected,
                NamesItsClasses = true,
                Provenance = provenance,
            }
        );
    }
}
