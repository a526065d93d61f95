using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using SsFer.Importing.Text;
using SsFer.Recipes;

namespace SsFer.Importing.Tables;

/// <summary>
/// One row; <paramref name="Line"/> counts from 1, and is that in which the row begins. A cell that the row is too short for is empty.
/// <paramref name="Fault"/> says why the row cannot be read: it has more cells than there are columns.
/// </summary>
internal readonly record struct CsvRow(int Line, string[] Cells, string? Fault = null)
{
    public string this[int column] => column < Cells.Length ? Cells[column] : "";
}

/// <summary>A delimited table with named columns, read row by row, once. Column names are found in any case.</summary>
internal sealed partial class CsvTable : IDisposable
{
    private const string Quotes = "\"'\u2018\u2019\u201A\u201C\u201D\u201E\u00AB\u00BB";
    private const int LongestCell = 1 << 20; // characters; bounds what a file without line ends may take
    private readonly string _name;
    private readonly CsvParser _parser;
    private readonly int _linesBefore;
    private string[] _columns = [];
    private bool _firstRowIsData;
    private int _line;

    private CsvTable(string name, CsvParser parser, int linesBefore) => (_name, _parser, _linesBefore) = (name, parser, linesBefore);

    /// <param name="reader">The text; belongs to the table.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="delimiter">Null finds it out: a line <c>sep=;</c> says it, else the first row does.</param>
    /// <param name="columnsWhereHeaderless">The columns of a file whose first row is not a header, that is does not name the first of
    /// them.</param>
    /// <exception cref="ImportException">There is no row.</exception>
    public static CsvTable Open(
        TextReader reader,
        string name,
        string? delimiter = null,
        IReadOnlyList<string>? columnsWhereHeaderless = null
    )
    {
        var text = CsvText.Begin(reader, delimiter);
        var parser = new CsvParser(
            new CsvRowLimit(text, text.Delimiter),
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = text.Delimiter,
                TrimOptions = TrimOptions.Trim,
                BadDataFound = null, // a stray quote stays in its cell
                MaxFieldSize = LongestCell,
            }
        );
        var table = new CsvTable(name, parser, text.LinesBefore);
        try
        {
            if (!table.Read())
            {
                throw new ImportException($"'{name}' is empty: expected a row of column names");
            }

            var first = parser.Record!;
            table._firstRowIsData =
                columnsWhereHeaderless is not null && !first.Contains(columnsWhereHeaderless[0], StringComparer.OrdinalIgnoreCase);
            table._columns = table._firstRowIsData ? [.. columnsWhereHeaderless!] : first;
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is such a column.</summary>
    public bool Has(string column) => Named(column).Count > 0;

    /// <exception cref="ImportException">
    /// There is no such column, or there are two; the message names the nearest, and those that are.
    /// </exception>
    public int Column(string column) =>
        Named(column) switch
        {
            [var one] => one,
            [] => throw new ImportException(
                $"'{_name}' has no column '{column}'"
                    + (NearestWord.Find(column, _columns) is { } near ? $" (did you mean '{near}'?)" : "")
                    + $": its columns are {Shorten(string.Join(", ", _columns))}"
            ),
            [var one, var other, ..] => throw new ImportException(
                $"'{_name}' has the column '{column}' twice, as columns {one + 1} and {other + 1}: give each a name of its own"
            ),
        };

    /// <summary>The columns of a name: exactly, else in any case, else as it looks, else but for what is between words.</summary>
    private List<int> Named(string column) =>
        ((Func<string, string>[])[name => name, name => name.ToUpperInvariant(), Looks, name => Separators().Replace(Looks(name), "")])
            .Select(read => Enumerable.Range(0, _columns.Length).Where(i => read(_columns[i]) == read(column)).ToList())
            .FirstOrDefault(found => found.Count > 0, []);

    private static string Looks(string name) => Spelling.Clean(name).ToUpperInvariant();

    /// <summary>A cell of which nothing may be lost, since it names something.</summary>
    /// <exception cref="ImportException">
    /// It goes over a line's end, has a quote without its other one, or holds what an earlier conversion could not read.
    /// </exception>
    public string Name(CsvRow row, int column)
    {
        var cell = row[column];
        if (cell.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new ImportException(
                $"'{_name}' line {row.Line}: the cell under '{_columns[column]}' goes over more than one line: is a quote missing?"
            );
        }

        if (cell.Count(c => c == '"') % 2 == 1 || (cell.Length > 1 && Quotes.Contains(cell[0]) && Quotes.Contains(cell[^1])))
        {
            throw new ImportException(
                $"'{_name}' line {row.Line}: the cell under '{_columns[column]}' reads {cell}: put quotes (\") "
                    + "on both its sides, or take them out"
            );
        }

        return cell.Contains('\uFFFD')
            ? throw new ImportException(
                $"'{_name}' line {row.Line}: '{cell}' was damaged when the table was converted: write it again from its source"
            )
            : cell;
    }

    /// <exception cref="ImportException">The text is not a table; the message names the line.</exception>
    public IEnumerable<CsvRow> Rows()
    {
        if (_firstRowIsData)
        {
            yield return Current();
        }

        while (Read())
        {
            yield return Current();
        }
    }

    public void Dispose() => _parser.Dispose();

    private CsvRow Current()
    {
        var cells = _parser.Record!;
        var filled = Array.FindLastIndex(cells, cell => cell.Length > 0) + 1;
        return new CsvRow(
            _line,
            cells,
            filled > _columns.Length
                ? $"has {filled} cells under {_columns.Length} columns: put a cell that holds '{_parser.Delimiter}' into quotes, and give "
                    + "each column its name"
                : null
        );
    }

    private bool Read()
    {
        try
        {
            if (!_parser.Read())
            {
                return false;
            }
        }
        catch (Exception e) when (e is CsvHelperException or IOException or InvalidDataException)
        {
            throw new ImportException(
                $"'{_name}' cannot be read as a table beyond line {_parser.RawRow + _linesBefore}: "
                    + e.Message.Split('\n')[0].TrimEnd('\r', '.'),
                e
            );
        }

        var raw = _parser.RawRecord.AsSpan().TrimEnd("\r\n");
        var ends = LineEndsIn(raw);
        _line = _parser.RawRow + _linesBefore - ends;
        if (CsvText.HasOpenQuote(raw, _parser.Delimiter[0], isOneLine: ends == 0))
        {
            // The line's end behind an open quote is part of the cell, and so was counted.
            var line = CsvText.HasOpenQuote(raw, _parser.Delimiter[0], isOneLine: true)
                ? _line + ends - LineEndsIn(_parser.RawRecord)
                : _line;
            throw new ImportException($"'{_name}' line {line}: a quote begins here that is never closed: close it, or take it out");
        }

        return true;
    }

    private static int LineEndsIn(ReadOnlySpan<char> raw)
    {
        var count = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            count += raw[i] == '\n' || (raw[i] == '\r' && (i + 1 == raw.Length || raw[i + 1] != '\n')) ? 1 : 0;
        }

        return count;
    }

    private static string Shorten(string text) => text.Length > 400 ? text[..400] + "..." : text;

    [GeneratedRegex(@"[\s._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
