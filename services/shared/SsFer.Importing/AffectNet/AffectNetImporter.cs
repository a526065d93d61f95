using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.AffectNet;

/// <summary>
/// AffectNet in either of the layouts its owners distribute: the lists <c>training.csv</c> and <c>validation.csv</c> beside the
/// original pictures (<see cref="AffectNetLists"/>), or faces cut out, <c>train_set</c> and <c>val_set</c>
/// (<see cref="AffectNetAnnotations"/>). The owners publish no test part: their validation part becomes <c>test</c>, as the paper
/// reports on it.
/// </summary>
/// <param name="paths">Zip archives or directories.</param>
/// <param name="classes">7 or 8: without or with contempt. Pictures of other expressions are dropped and counted.</param>
/// <param name="holdOut">Draws a validation split out of train; null leaves the splits as they are.</param>
public sealed class AffectNetImporter(IReadOnlyList<string> paths, int classes, HoldOut? holdOut = null) : DatasetImporter(paths, holdOut)
{
    private readonly IReadOnlyList<string> _classes = AffectNetClasses.Of(classes);

    private protected override bool IsPublishedSet => true;

    private protected override async Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var tally = new AffectNetTally(_classes, options);
        var lists = AffectNetLists.In(sources.Files);
        if (lists.Count > 0)
        {
            await new AffectNetLists(lists, new FileIndex(sources.Files), tally).ReadAsync(cancellationToken);
        }
        else
        {
            await new AffectNetAnnotations(sources.Files, tally).ReadAsync(cancellationToken);
        }

        var pictures = tally.Rows.Resolve(new PictureKeys(), tally.Rejected);
        if (pictures.Count == 0)
        {
            throw new ImportException(
                $"no labelled picture of AffectNet is in {Places}: expected training.csv and validation.csv with their "
                    + $"pictures, or train_set and val_set with images/N.jpg and annotations/N_exp.npy"
            );
        }

        var provenance = new Dictionary<string, string>
        {
            ["importer"] = "affectnet",
            ["classes"] = ImportPlan.Text(_classes.Count),
            ["layout"] = lists.Count > 0 ? "lists" : "annotations",
            ["droppedExpressions"] = ImportPlan.Text(tally.Dropped),
            ["rowsWithoutFile"] = ImportPlan.Text(tally.WithoutFile),
        };
        tally.Rows.AddTo(provenance);
        return new ImportPlan
        {
            Pictures = pictures,
            Classes = _classes,
            Rejected = tally.Rejected,
            Provenance = provenance,
        };
    }
}

/// <summary>What either layout adds to.</summary>
internal sealed class AffectNetTally(IReadOnlyList<string> classes, ImportOptions options)
{
    public ImportOptions Options => options;

    public ListedPictures Rows { get; } = new(options.Contradictions ?? Contradictions.LeaveOut);

    public List<RejectedItem> Rejected { get; } = [];

    /// <summary>
    /// Pictures of expressions that are not among the classes. A third of AffectNet's lists: too many to record one by one.
    /// </summary>
    public int Dropped { get; set; }

    public int WithoutFile { get; set; }

    /// <summary>The class, or null where the expression (0-10) is not among the classes.</summary>
    public string? ClassOf(int expression) => expression < classes.Count ? classes[expression] : null;
}
