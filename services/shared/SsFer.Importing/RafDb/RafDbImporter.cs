using System.Globalization;
using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Importing.Labels;
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
    : DatasetImporter(paths, holdOut)
{
    private const string List = "list_patition_label.txt"; // the owners' spelling
    private const int LongestBox = 4096; // bytes; a line of four numbers

    /// <summary>In the order of the owners' labels 1-7.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"];

    private protected override bool IsPublishedSet => true;

    private protected override async Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var list = sources.Files.FirstOrDefault(file => file.FileName is List or "list_partition_label.txt");
        if (list == default)
        {
            throw new ImportException(
                $"there is no EmoLabel/{List} in {Places}: give the folder or the archives that hold EmoLabel and Image"
            );
        }

        var (rejected, withoutFile, boxes) = (new List<RejectedItem>(), 0, 0);
        var entries = await ReadListAsync(list, options, rejected, cancellationToken);
        var files = sources.Files.ToLookup(file => file.FileName, StringComparer.Ordinal);
        var used = new HashSet<SourceFile>();
        var rows = new ListedPictures(options.Contradictions ?? Contradictions.LeaveOut);
        foreach (var (line, name, label) in entries)
        {
            if (SplitOf(name) is not { } split || label is null)
            {
                var fault = label is null ? "has no label from 1 to 7" : $"'{name}' begins neither with train nor with test";
                rejected.Add(new RejectedItem($"{List} line {line}", fault));
                continue;
            }

            var stem = Path.GetFileNameWithoutExtension(name);
            var wanted = pictures == RafDbPictures.Aligned ? $"{stem}_aligned{Path.GetExtension(name)}" : name;
            if (files[wanted].FirstOrDefault() is var file && file == default)
            {
                withoutFile++;
                continue;
            }

            used.Add(file);
            var (box, boxFault) =
                pictures == RafDbPictures.Original ? await BoxAsync(files[$"{stem}_boundingbox.txt"], cancellationToken) : (null, null);
            if (boxFault is not null)
            {
                rejected.Add(new RejectedItem(file.Description, boxFault));
                continue;
            }

            boxes += box is null ? 0 : 1;
            rows.Add(new ListedPicture(file, List, line, split) { Label = label, Box = box });
        }

        var planned = rows.Resolve(new PictureKeys(), rejected);
        if (planned.Count == 0)
        {
            throw new ImportException(
                $"none of the {entries.Count} pictures of {List} is in {Places}: give the folder or archive of Image/{KindName} too"
            );
        }

        var usedNames = used.Select(file => file.FileName).ToHashSet(StringComparer.Ordinal);
        var named = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        rejected.AddRange(
            from file in sources.Files
            let stray = used.Contains(file) ? null : FaultOf(file, named, usedNames)
            where stray is not null
            select new RejectedItem(file.Description, stray)
        );
        var provenance = new Dictionary<string, string>
        {
            ["importer"] = "rafdb",
            ["pictures"] = KindName,
            ["rows"] = ImportPlan.Text(entries.Count),
            ["rowsWithoutFile"] = ImportPlan.Text(withoutFile),
            ["boxes"] = ImportPlan.Text(boxes),
        };
        rows.AddTo(provenance);
        return new ImportPlan
        {
            Pictures = planned,
            Classes = Classes,
            Rejected = rejected,
            Provenance = provenance,
        };
    }

    private string KindName => pictures == RafDbPictures.Aligned ? "aligned" : "original";

    /// <summary>Lines <c>train_00001.jpg 5</c>; the label is null where it is none of the seven.</summary>
    private static async Task<List<(int Line, string Name, string? Label)>> ReadListAsync(
        SourceFile list,
        ImportOptions options,
        List<RejectedItem> rejected,
        CancellationToken cancellationToken
    )
    {
        using var reader = await list.OpenTextAsync(options.Encoding, cancellationToken);
        var rows = new List<(int, string, string?)>();
        for (var line = 1; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            var cells = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 2)
            {
                var known =
                    int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label is >= 1 and <= 7;
                rows.Add((line, cells[0], known ? Classes[label - 1] : null));
            }
            else if (cells.Length > 0)
            {
                rejected.Add(new RejectedItem($"{List} line {line}", $"is not a file name and a label: it has {cells.Length} parts"));
            }
        }

        return rows;
    }

    private static async Task<(AnnotatedBox? Box, string? Fault)> BoxAsync(
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

    /// <summary>Why a picture of the kind asked for is none of those imported; null where it is one.</summary>
    private string? FaultOf(SourceFile file, HashSet<string> named, HashSet<string> usedNames) =>
        PictureName().Match(file.FileName) is not { Success: true } match
        || match.Groups["aligned"].Success != (pictures == RafDbPictures.Aligned)
            ? null
        : usedNames.Contains(file.FileName) ? "a picture of this name was there before"
        : named.Contains(match.Groups["stem"].Value + match.Groups["extension"].Value) ? null
        : $"no row in {List}";

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
