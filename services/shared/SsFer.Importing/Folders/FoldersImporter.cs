using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Folders;

/// <summary>
/// Pictures whose folder says the class: <c>split/class/picture</c>, <c>class/split/picture</c>, or <c>class/picture</c>, which is all
/// train unless the archive or directory itself is called train, validation or test. Below the class, folders may nest. See
/// <see cref="FolderLayout"/> for what is looked through.
/// </summary>
public sealed class FoldersImporter(IReadOnlyList<string> paths, HoldOut? holdOut = null) : DatasetImporter(paths, holdOut)
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
        var classesAbove = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var placed in sources.All.SelectMany(FolderLayout.Place))
        {
            if (placed.Fault is { } fault)
            {
                rejected.Add(new RejectedItem(placed.File.Description, fault));
                continue;
            }

            if (placed.Below is { } below)
            {
                classesAbove.TryAdd(below, new SortedSet<string>(StringComparer.Ordinal));
                classesAbove[below].Add(placed.Class);
            }

            pictures.Add(
                new PlannedPicture(placed.File.Source, placed.File.Entry, keys.Next(placed.File, placed.Split), placed.Split)
                {
                    Label = classes.Of(placed.Class),
                }
            );
        }
        if (pictures.Count == 0)
        {
            throw new ImportException(
                $"no picture in {Places} stands in a class folder: expected split/class/picture, class/split/picture (of several "
                    + $"classes) or class/picture, the first file is '{rejected[0].Source}'"
            );
        }

        var provenance = new Dictionary<string, string> { ["importer"] = "folders" };
        classes.AddTo(provenance);
        if (classesAbove.FirstOrDefault(pair => pair.Value.Count > 1) is { Key: { } shared, Value: var above })
        {
            provenance[ImportFindings.SharedFolders] = $"'{shared}' in {string.Join(", ", above.Take(3).Select(name => $"'{name}'"))}";
        }

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
