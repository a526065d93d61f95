using System.Diagnostics.CodeAnalysis;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tables;

/// <summary>
/// Rows of a table and files brought together. All rows are read first: what paths, labels and boxes mean shows in all of them.
/// </summary>
internal sealed class CsvPlan(string tableName, CsvTable table, CsvColumns columns, ImportOptions options)
{
    private readonly int _image = table.Column(columns.Image);
    private readonly int _label = table.Column(columns.Label);
    private readonly int? _split = columns.Split is { } split ? table.Column(split) : null;
    private readonly int[] _box = [.. (columns.Box ?? []).Select(table.Column)];
    private readonly ListedPictures _rows = new(options.Contradictions ?? Contradictions.LeaveOut);
    private readonly Dictionary<string, string> _found = [];
    private readonly HashSet<SourceFile> _used = [];

    public ClassNames Classes { get; } = new();

    public List<PlannedPicture> Pictures { get; private set; } = [];

    public List<RejectedItem> Rejected { get; } = [];

    public int Rows { get; private set; }

    public int RowsWithoutFile { get; private set; }

    public int RowsWithoutLabel { get; private set; }

    /// <summary>What was wrong with the first row that is not in <see cref="Pictures"/>.</summary>
    public string? FirstFault { get; private set; }

    /// <summary>Whether a row names the file.</summary>
    public bool Knows(SourceFile file) => _used.Contains(file);

    /// <summary>Adds what was decided over the table.</summary>
    public void AddTo(Dictionary<string, string> provenance)
    {
        foreach (var (key, value) in _found)
        {
            provenance[key] = value;
        }

        _rows.AddTo(provenance);
        Classes.AddTo(provenance);
    }

    public void Read(FileIndex files, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        foreach (var row in table.Rows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Rows++;
            if (row.Fault is { } fault)
            {
                Reject(row.Line, fault);
                Claim(files, row);
                continue;
            }

            var name = table.Name(row, _image);
            if (name.Length == 0)
            {
                Reject(row.Line, "names no picture");
                continue;
            }

            var cells = _box.Select(column => options.MissingLabels.Contains(row[column]) ? "" : row[column]).ToArray();
            var splitName = _split is { } column ? table.Name(row, column) : null;
            rows.Add(new Row(row.Line, name, table.Name(row, _label), splitName, cells));
        }

        var labels = new LabelCells(rows.Select(row => row.Label), options.MissingLabels);
        labels.AddTo(_found);
        var matcher = new RowMatcher(files);
        var matches = matcher.Match(rows.ConvertAll(row => (row.Line, row.Image)));
        matcher.AddTo(_found);
        var boxed = new List<(Row Row, SourceFile File, AnnotatedBox? Box)>();
        foreach (var (row, match) in rows.Zip(matches))
        {
            if (match.File is not { } file)
            {
                _used.UnionWith(match.Candidates);
                RowsWithoutFile += match.IsMissing ? 1 : 0;
                Fault(row.Line, match.Fault!, isRejected: !match.IsMissing);
                continue;
            }

            _used.Add(file);
            if (AnnotatedBox.Parse(row.Box, columns.BoxFormat) is var (box, fault) && fault is not null)
            {
                Reject(row.Line, $"'{row.Image}': {fault}");
                continue;
            }

            boxed.Add((row, file, box));
        }

        var shares = AreShares([.. boxed.Where(each => each.Box is not null).Select(each => (each.Row, each.Box!.Value))]);
        foreach (var (row, file, box) in boxed)
        {
            Add(row, file, box is { } known ? known with { IsShares = shares } : null, labels);
        }

        Pictures = _rows.Resolve(new PictureKeys(), Rejected);
        RowsWithoutLabel = Pictures.Count(picture => picture.Label is null);
        FirstFault ??= Rejected is [var first, ..] ? $"{first.Source}: {first.Reason}" : null;
    }

    /// <summary>A picture whose row is left out is not one that no row names.</summary>
    private void Claim(FileIndex files, CsvRow row) => _used.UnionWith(files.Find(row[_image]));

    private void Add(Row row, SourceFile file, AnnotatedBox? box, LabelCells labels)
    {
        if (!SplitOf(row, out var split))
        {
            return;
        }

        if (box is { MayBeShares: true, IsShares: false })
        {
            Reject(row.Line, $"'{row.Image}': its box is smaller than two pixels, as if it were in shares of the picture: others are not");
            return;
        }

        if (box is { MayBeShares: false, IsShares: true })
        {
            Reject(row.Line, $"'{row.Image}': its box is not in shares of the picture");
            return;
        }

        var label = labels.Of(row.Label) is { } known ? Classes.Of(known) : null;
        _rows.Add(new ListedPicture(file, tableName, row.Line, split) { Label = label, Box = box });
    }

    private bool SplitOf(Row row, [NotNullWhen(true)] out string? split)
    {
        split = DatasetSplit.Train;
        if (row.Split is null || SplitNames.TryParse(row.Split, out split))
        {
            return true;
        }

        Reject(row.Line, $"'{row.Image}': unknown split '{row.Split}', expected {SplitNames.Known}");
        return false;
    }

    /// <exception cref="ImportException">Most boxes are in other units than somebody said.</exception>
    private bool AreShares(List<(Row Row, AnnotatedBox Box)> boxes)
    {
        var may = boxes.Count(each => each.Box.MayBeShares);
        var shares = columns.BoxUnits == BoxUnits.Auto ? 2 * may > boxes.Count : columns.BoxUnits == BoxUnits.Shares;
        var others = shares ? boxes.Count - may : may;
        if (2 * others > boxes.Count)
        {
            var (row, box) = boxes.First(each => each.Box.MayBeShares != shares);
            var (said, other) = shares ? ("shares of their pictures", "pixels") : ("pixels", "shares");
            throw new ImportException(
                $"the boxes are not in {said}: {others} of {boxes.Count} have numbers such as {box.Numbers} ('{tableName}' line "
                    + $"{row.Line}): give --box-units {other} (over HTTP boxUnits={other})"
            );
        }

        if (shares)
        {
            _found[ImportFindings.Shares] = "shares";
        }

        return shares;
    }

    private void Reject(int line, string reason) => Fault(line, reason, isRejected: true);

    private void Fault(int line, string reason, bool isRejected)
    {
        FirstFault ??= $"line {line}: {reason}";
        if (isRejected)
        {
            Rejected.Add(new RejectedItem($"{tableName} line {line}", reason));
        }
    }

    private sealed record Row(int Line, string Image, string Label, string? Split, string[] Box);
}
