using System.Globalization;
using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;
using SsFer.Importing.Tables;

namespace SsFer.Importing.Adience;

/// <summary>
/// Adience as its owners distribute it: <c>fold_0_data.txt</c> to <c>fold_4_data.txt</c>, and the faces
/// <c>USER/landmark_aligned_face.FACE.ORIGINAL</c> (folder aligned) or <c>USER/coarse_tilt_aligned_face.FACE.ORIGINAL</c> (folder
/// faces); where both are there the former are taken. The folds keep the pictures of a person together: validate on a fold rather
/// than on a random draw. Faces without a label of the task are kept for unlabelled training. The lists' boxes belong to
/// photographs that are not distributed and are not used.
/// </summary>
/// <param name="paths">Zip archives or directories.</param>
/// <param name="task">Which label is taken.</param>
/// <param name="validationFold">The fold that becomes validation, 0 to 4; null puts all of them into train.</param>
public sealed partial class AdienceImporter(IReadOnlyList<string> paths, AdienceTask task, int? validationFold = null)
    : DatasetImporter(paths)
{
    private static readonly string[] Kinds = ["landmark_aligned_face", "coarse_tilt_aligned_face"];

    private protected override bool IsPublishedSet => true;

    private protected override async Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var folds = sources
            .Files.Select(file => (File: file, Match: FoldName().Match(file.FileName)))
            .Where(file => file.Match.Success)
            .Select(file => (file.File, Fold: int.Parse(file.Match.Groups["fold"].Value, CultureInfo.InvariantCulture)))
            .OrderBy(file => file.Fold)
            .ToList();
        if (folds.Count == 0)
        {
            throw new ImportException($"there is no fold_0_data.txt to fold_4_data.txt in {Places}: give the folder that holds them too");
        }

        if (validationFold is { } wanted && folds.TrueForAll(fold => fold.Fold != wanted))
        {
            throw new ImportException(
                $"there is no fold_{wanted}_data.txt in {Places}: the folds there are {string.Join(", ", folds.Select(fold => fold.Fold))}"
            );
        }

        var state = new State(new FileIndex(sources.Files), options);
        foreach (var (file, fold) in folds)
        {
            await ReadFoldAsync(file, fold == validationFold ? DatasetSplit.Validation : DatasetSplit.Train, state, cancellationToken);
        }

        var pictures = state.Labels.Resolve(new PictureKeys(), state.Rejected);
        if (pictures.Count == 0)
        {
            throw new ImportException(
                $"none of the {state.Rows} faces of the folds is in {Places}: give the folder 'aligned' or 'faces' too"
            );
        }

        var provenance = new Dictionary<string, string>
        {
            ["importer"] = "adience",
            ["task"] = task == AdienceTask.Age ? "age" : "gender",
            ["folds"] = ImportPlan.Text(folds.Count),
            ["validationFold"] = validationFold is { } held ? ImportPlan.Text(held) : "none",
            ["rows"] = ImportPlan.Text(state.Rows),
            ["rowsWithoutFile"] = ImportPlan.Text(state.WithoutFile),
            ["rowsWithoutLabel"] = ImportPlan.Text(pictures.Count(picture => picture.Label is null)),
        };
        state.Labels.AddTo(provenance);
        return new ImportPlan
        {
            Pictures = pictures,
            Classes = AdienceLabels.ClassesOf(task),
            Rejected = state.Rejected,
            Provenance = provenance,
        };
    }

    private async Task ReadFoldAsync(SourceFile fold, string split, State state, CancellationToken cancellationToken)
    {
        using var reader = await fold.OpenTextAsync(state.Options.Encoding, cancellationToken);
        using var table = CsvTable.Open(reader, fold.Description, "\t");
        var (user, original, face, label) = (
            table.Column("user_id"),
            table.Column("original_image"),
            table.Column("face_id"),
            table.Column(task == AdienceTask.Age ? "age" : "gender")
        );
        foreach (var row in table.Rows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            state.Rows++;
            if (row.Fault is { } fault)
            {
                state.Reject(fold, row, fault);
                continue;
            }

            var file = Kinds.SelectMany(kind => state.Files.Find($"{row[user]}/{kind}.{row[face]}.{row[original]}")).FirstOrDefault();
            if (file == default)
            {
                state.WithoutFile++;
                continue;
            }

            try
            {
                var known = AdienceLabels.Parse(task, row[label]);
                state.Labels.Add(new ListedPicture(file, fold.FileName, row.Line, split) { Label = known });
            }
            catch (FormatException e)
            {
                state.Reject(fold, row, e.Message);
            }
        }
    }

    private sealed record State(FileIndex Files, ImportOptions Options)
    {
        public ListedPictures Labels { get; } = new(Options.Contradictions ?? Contradictions.LeaveOut);

        public List<RejectedItem> Rejected { get; } = [];

        public int Rows { get; set; }

        public int WithoutFile { get; set; }

        public void Reject(SourceFile fold, CsvRow row, string reason) =>
            Rejected.Add(new RejectedItem($"{fold.FileName} line {row.Line}", reason));
    }

    [GeneratedRegex(@"^fold_(?<fold>[0-4])_data\.txt$", RegexOptions.CultureInvariant)]
    private static partial Regex FoldName();
}
