namespace SsFer.Cli.Terminal;

/// <summary>Columns for a terminal and for <c>grep</c>: two spaces apart, never wrapped; columns of numbers stand to the right.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) =>
        _rows.Add(
            cells.Length == header.Length
                ? cells
                : throw new ArgumentException($"{header.Length} cells are needed, got {cells.Length}", nameof(cells))
        );

    public void WriteTo(TextWriter writer, string indent = "")
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        var numeric = Enumerable.Range(0, header.Length).Select(column => _rows.Skip(1).All(row => IsNumber(row[column]))).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, column) => numeric[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            writer.WriteLine((indent + string.Join("  ", cells)).TrimEnd());
        }
    }

    private static bool IsNumber(string cell) =>
        cell.Length > 0 && cell.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '%' or ' ');
}
