using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tables;

/// <summary>Rows of a table and files brought together.</summary>
internal sealed class CsvPlan(string tableName, CsvTable table, CsvColumns columns, FileIndex files)
{
    private readonly PictureKeys _keys = new();
    private readonly int _image = table.Column(columns.Image);
    private readonly int _label = table.Column(columns.Label);
    private readonly int? _split = columns.Split is { } split ? table.Column(split) : null;
    private readonly int[] _box = [.. (columns.Box ?? []).Select(table.Column)];

    public ClassNames Classes { get; } = new();

    public List<PlannedPicture> Pictures { get; } = [];

    public List<RejectedItem> Rejected { get; } = [];

    /// <summary>Files that a row names, and the line of the first that does.</summary>
    public Dictionary<SourceFile, int> Used { get; } = [];

    public int Rows { get; private set; }

    public int RowsWithoutFile { get; private set; }

    public int RowsWithoutLabel { get; private set; }

    /// <summary>What was wrong with the first row that is not in <see cref="Pictures"/>.</summary>
    public string? FirstFault { get; private set; }

    public void Read(CancellationToken cancellationToken)
    {
        foreach (var row in table.Rows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Rows++;
            if (row[_image].Length == 0)
            {
                Reject(row, "names no picture");
                continue;
            }
            switch (files.Find(row[_image]))
            {
                case []:
                    RowsWithoutFile++;
                    FirstFault ??= $"line {row.Line}: there is no file '{row[_image]}'";
                    break;
                case [var file]:
                    Add(row, file);
                    break;
                case var several:
                    Reject(row, $"'{row[_image]}' may be {several[0].Description} or {several[1].Description}");
                    break;
            }
        }
    }

    private void Add(CsvRow row, SourceFile file)
    {
        if (!Used.TryAdd(file, row.Line))
        {
            Reject(row, $"'{row[_image]}' stands in line {Used[file]} too");
            return;
        }
        var split = DatasetSplit.Train;
        if (_split is { } column && !SplitNames.TryParse(row[column], out split))
        {
            Reject(row, $"'{row[_image]}': unknown split '{row[column]}', expected {SplitNames.Known}");
            return;
        }
        var (box, fault) = AnnotatedBox.Parse([.. _box.Select(column => row[column])], columns.BoxFormat);
        if (fault is not null)
        {
            Reject(row, $"'{row[_image]}': {fault}");
            return;
        }
        var label = row[_label].Length > 0 ? Classes.Of(row[_label]) : null;
        RowsWithoutLabel += label is null ? 1 : 0;
        Pictures.Add(new PlannedPicture(file.Source, file.Entry, _keys.Next(file, split), split) { Label = label, Box = box });
    }

    private void Reject(CsvRow row, string reason)
    {
        FirstFault ??= $"line {row.Line}: {reason}";
        Rejected.Add(new RejectedItem($"{tableName} line {row.Line}", reason));
    }
}
