using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;
using SsFer.Importing.Tables;

namespace SsFer.Importing.AffectNet;

/// <summary>
/// The manually annotated pictures with their lists, whose columns are <c>subDirectory_filePath, face_x, face_y, face_width, face_height,
/// facial_landmarks, expression</c> and two that are not used; older copies of <c>validation.csv</c> have no header. Boxes and
/// landmarks are taken along.
/// </summary>
internal sealed class AffectNetLists(IReadOnlyList<(SourceFile File, string Split)> lists, FileIndex files, AffectNetTally tally)
{
    private const int Points = 68; // of the annotation scheme (iBUG 300-W)
    private static readonly string[] Columns =
    [
        "subDirectory_filePath",
        "face_x",
        "face_y",
        "face_width",
        "face_height",
        "facial_landmarks",
        "expression",
        "valence",
        "arousal",
    ];

    /// <summary>Those of the lists that are there, each with the split its pictures go to.</summary>
    public static IReadOnlyList<(SourceFile File, string Split)> In(IEnumerable<SourceFile> files) =>
        [
            .. files
                .Where(file => file.FileName is "training.csv" or "validation.csv")
                .Select(file => (file, file.FileName == "training.csv" ? DatasetSplit.Train : DatasetSplit.Test)),
        ];

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var (list, split) in lists)
        {
            using var reader = await list.OpenTextAsync(tally.Options.Encoding, cancellationToken);
            using var table = CsvTable.Open(reader, list.Description, ",", Columns);
            var column = Columns.Take(7).Select(table.Column).ToArray();
            foreach (var row in table.Rows())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((row.Fault ?? Add([.. column.Select(each => row[each])], list.Description, row.Line, split)) is { } fault)
                {
                    tally.Rejected.Add(new RejectedItem($"{list.Description} line {row.Line}", fault));
                }
            }
        }
    }

    /// <summary>Why the row is rejected; null where it is taken, dropped or has no file.</summary>
    private string? Add(string[] cells, string list, int line, string split)
    {
        if (!int.TryParse(cells[6], NumberStyles.None, CultureInfo.InvariantCulture, out var expression) || expression > 10)
        {
            return $"'{cells[6]}' is no expression from 0 to 10";
        }

        if (tally.ClassOf(expression) is not { } label)
        {
            tally.Dropped++;
            return null;
        }

        var found = files.Find(cells[0]);
        if (found is not [var file])
        {
            tally.WithoutFile += found.Count == 0 ? 1 : 0;
            return found.Count == 0 ? null : $"'{cells[0]}' may be {found[0].Description} or {found[1].Description}";
        }

        var (box, fault) = AnnotatedBox.Parse(cells[1..5], BoxFormat.Xywh);
        if (fault is null)
        {
            var row = new ListedPicture(file, list, line, split) { Label = label, Box = box };
            tally.Rows.Add(row with { Landmarks = LandmarksOf(cells[5]) });
        }

        return fault;
    }

    /// <summary>Eyes, nose and mouth out of <c>x;y;x;y;...</c>; null where these are not the 68 points.</summary>
    private static float[]? LandmarksOf(string cell)
    {
        var numbers = cell.Split(';');
        var points = new float[2 * Points];
        if (numbers.Length != points.Length)
        {
            return null;
        }

        for (var i = 0; i < points.Length; i++)
        {
            if (!float.TryParse(numbers[i], NumberStyles.Float, CultureInfo.InvariantCulture, out points[i]) || !float.IsFinite(points[i]))
            {
                return null;
            }
        }
        // Counted from 0: 36-41 are the subject's right eye, 42-47 the left, 30 the tip of the nose, 48-67 the mouth.
        return [.. Centre(36, 42), .. Centre(42, 48), .. Centre(30, 31), .. Centre(48, 68)];

        float[] Centre(int from, int to) =>
            [
                Enumerable.Range(from, to - from).Average(i => points[2 * i]),
                Enumerable.Range(from, to - from).Average(i => points[2 * i + 1]),
            ];
    }
}
