using System.Globalization;
using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.RafDb;

/// <summary>Which of its two kinds of pictures RAF-DB is imported from.</summary>
public enum RafDbPictures
{
    /// <summary><c>Image/aligned</c>: faces cut out and turned upright by the owners, 100 x 100 pixels.</summary>
    Aligned,

    /// <summary><c>Image/original</c>: photographs, with the face boxes of <c>Annotation/boundingbox</c> where those are there.</summary>
    Original,
}

/// <summary>
/// RAF-DB, single-label part (Li et al. 2017), as its owners distribute it: <c>EmoLabel/list_patition_label.txt</c> and
/// <c>Image</c>, in archives or folders cut as one likes. The file name says the split, train or test.
/// </summary>
public sealed partial class RafDbImporter(IReadOnlyList<string> paths, RafDbPictures pictures, HoldOut? holdOut = null)
    : LabelledImporter(paths, holdOut)
{
    private const string List = "list_patition_label.txt"; // the owners' spelling
    private const int LongestBox = 4096; // bytes; a line of four numbers

    /// <summary>In the order of the owners' labels 1-7.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"];

    private protected override async Task<LabelledPlan> PlanAsync(PictureSources sources, CancellationToken cancellationToken)
    {
        var list = sources.Files.FirstOrDefault(file => file.FileName is List or "list_partition_label.txt");
        if (list == default)
        {
            throw new ImportException(
                $"there is no EmoLabel/{List} in {Places}: give the folder or the archives that hold EmoLabel and Image"
            );
        }

        var rows = await ReadListAsync(list, cancellationToken);
        var files = sources.Files.ToLookup(file => file.FileName, StringComparer.Ordinal);
        var (planned, rejected, keys, withoutFile, boxes) = (new List<PlannedPicture>(), new List<RejectedItem>(), new PictureKeys(), 0, 0);
        foreach (var (name, (line, label)) in rows)
        {
            if (SplitOf(name) is not { } split || label is null)
            {
                rejected.Add(
                    new RejectedItem(
                        $"{List} line {line}",
                        label is null ? "has no label from 1 to 7" : $"'{name}' begins neither with train nor with test"
                    )
                );
                continue;
            }
            var stem = Path.GetFileNameWithoutExtension(name);
            var wanted = pictures == RafDbPictures.Aligned ? $"{stem}_aligned{Path.GetExtension(name)}" : name;
            if (files[wanted].FirstOrDefault() is var file && file == default)
            {
                withoutFile++;
                continue;
            }
            var (box, fault) =
                pictures == RafDbPictures.Original ? await BoxAsync(files[$"{stem}_boundingbox.txt"], cancellationToken) : (null, null);
            if (fault is not null)
            {
                rejected.Add(new RejectedItem(file.Description, fault));
                continue;
            }
            boxes += box is null ? 0 : 1;
            planned.Add(new PlannedPicture(file.Source, file.Entry, keys.Next(file, split), split) { Label = label, Box = box });
        }
        if (planned.Count == 0)
        {
            throw new ImportException(
                $"none of the {rows.Count} pictures of {List} is in {Places}: give the folder or archive of Image/{KindName} too"
            );
        }

        rejected.AddRange(
            sources
                .Files.Where(file => IsStray(file.FileName, rows))
                .Select(file => new RejectedItem(file.Description, $"no row in {List}"))
        );
        return new LabelledPlan
        {
            Pictures = planned,
            Classes = Classes,
            Rejected = rejected,
            Provenance = new Dictionary<string, string>
            {
                ["importer"] = "rafdb",
                ["pictures"] = KindName,
                ["rows"] = LabelledPlan.Text(rows.Count),
                ["rowsWithoutFile"] = LabelledPlan.Text(withoutFile),
                ["boxes"] = LabelledPlan.Text(boxes),
            },
        };
    }

    private string KindName => pictures == RafDbPictures.Aligned ? "aligned" : "original";

    /// <summary>Lines <c>train_00001.jpg 5</c>, by name; the label is null where it is none of the seven.</summary>
    private static async Task<Dictionary<string, (int Line, string? Label)>> ReadListAsync(
        SourceFile list,
        CancellationToken cancellationToken
    )
    {
        using var reader = await list.OpenTextAsync(cancellationToken);
        var rows = new Dictionary<string, (int, string?)>(StringComparer.Ordinal);
        for (var line = 1; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            var cells = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 0)
            {
                continue;
            }

            if (cells.Length != 2)
            {
                throw new ImportException($"'{list.Description}' line {line} is not a file name and a label: it has {cells.Length} parts");
            }

            var known = int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label is >= 1 and <= 7;
            if (!rows.TryAdd(cells[0], (line, known ? Classes[label - 1] : null)))
            {
                throw new ImportException(
                    $"'{list.Description}' line {line}: '{cells[0]}' stands in line {rows[cells[0]].Item1} too: remove one of the two"
                );
            }
        }
        return rows;
    }

    private static async Task<(IReadOnlyList<float>? Box, string? Fault)> BoxAsync(
        IEnumerable<SourceFile> found,
        CancellationToken cancellationToken
    )
    {
        if (found.FirstOrDefault() is var file && file == default)
        {
            return (null, null);
        }

        try
        {
            var text = System.Text.Encoding.ASCII.GetString(await file.Source.ReadAsync(file.Entry, LongestBox, cancellationToken));
            return AnnotatedBox.Parse(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), BoxFormat.Xyxy);
        }
        catch (UnreadablePictureException e)
        {
            return (null, $"its box {e.Reason}");
        }
    }

    private bool IsStray(string fileName, Dictionary<string, (int, string?)> rows) =>
        PictureName().Match(fileName) is { Success: true } match
        && match.Groups["aligned"].Success == (pictures == RafDbPictures.Aligned)
        && !rows.ContainsKey(match.Groups["stem"].Value + match.Groups["extension"].Value);

    private static string? SplitOf(string name) =>
        name.StartsWith("train", StringComparison.Ordinal) ? DatasetSplit.Train
        : name.StartsWith("test", StringComparison.Ordinal) ? DatasetSplit.Test
        : null;

    [GeneratedRegex(
        @"^(?<stem>(train|test)_\d+)(?<aligned>_aligned)?(?<extension>\.(jpg|jpeg|png))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex PictureName();
}
