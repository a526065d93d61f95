using SsFer.Artifacts.Datasets;
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
public sealed class AffectNetImporter(IReadOnlyList<string> paths, int classes, HoldOut? holdOut = null) : LabelledImporter(paths, holdOut)
{
    private readonly IReadOnlyList<string> _classes = AffectNetClasses.Of(classes);

    private protected override async Task<LabelledPlan> PlanAsync(PictureSources sources, CancellationToken cancellationToken)
    {
        var tally = new AffectNetTally(_classes);
        var lists = AffectNetLists.In(sources.Files);
        if (lists.Count > 0)
        {
            await new AffectNetLists(lists, new FileIndex(sources.Files), tally).ReadAsync(cancellationToken);
        }
        else
        {
            await new AffectNetAnnotations(sources.Files, tally).ReadAsync(cancellationToken);
        }

        if (tally.Pictures.Count == 0)
        {
            throw new ImportException(
                $"no labelled picture of AffectNet is in {Places}: expected training.csv and validation.csv with their "
                    + $"pictures, or train_set and val_set with images/N.jpg and annotations/N_exp.npy"
            );
        }
        return new LabelledPlan
        {
            Pictures = tally.Pictures,
            Classes = _classes,
            Rejected = tally.Rejected,
            Provenance = new Dictionary<string, string>
            {
                ["importer"] = "affectnet",
                ["classes"] = LabelledPlan.Text(_classes.Count),
                ["layout"] = lists.Count > 0 ? "lists" : "annotations",
                ["droppedExpressions"] = LabelledPlan.Text(tally.Dropped),
                ["rowsWithoutFile"] = LabelledPlan.Text(tally.WithoutFile),
            },
        };
    }
}

/// <summary>What either layout adds to.</summary>
internal sealed class AffectNetTally(IReadOnlyList<string> classes)
{
    private readonly PictureKeys _keys = new();

    public List<PlannedPicture> Pictures { get; } = [];

    public List<RejectedItem> Rejected { get; } = [];

    /// <summary>
    /// Pictures of expressions that are not among the classes. A third of AffectNet's lists: too many to record one by one.
    /// </summary>
    public int Dropped { get; set; }

    public int WithoutFile { get; set; }

    /// <summary>The class, or null where the expression (0-10) is not among the classes.</summary>
    public string? ClassOf(int expression) => expression < classes.Count ? classes[expression] : null;

    public void Add(
        SourceFile file,
        string split,
        string label,
        IReadOnlyList<float>? box = null,
        IReadOnlyList<float>? landmarks = null
    ) =>
        Pictures.Add(
            new PlannedPicture(file.Source, file.Entry, _keys.Next(file, split), split)
            {
                Label = label,
                Box = box,
                Landmarks = landmarks,
            }
        );
}
