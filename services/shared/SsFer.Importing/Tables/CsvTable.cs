using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace SsFer.Importing.Tables;

/// <summary>One row; <paramref name="Line"/> counts from 1, the header. A cell that the row is too short for is empty.</summary>
internal readonly record struct CsvRow(int Line, string[] Cells)
{
    public string this[int column] => column < Cells.Length ? Cells[column] : "";
}

/// <summary>A delimited table with named columns, read row by row, once. Column names are found in any case.</summary>
internal sealed class CsvTable : IDisposable
{
    private const int LongestCell = 1 << 20; // characters; bounds what a file without line ends may take
    private readonly string _name;
    private readonly CsvParser _parser;
    private readonly string[] _columns;
    private readonly bool _firstRowIsData;

    private CsvTable(string name, CsvParser parser, string[] columns, bool firstRowIsData) =>
        (_name, _parser, _columns, _firstRowIsData) = (name, parser, columns, firstRowIsData);

    /// <param name="reader">The text; belongs to the table.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="delimiter">Null finds it out: comma, semicolon or tab.</param>
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
        var parser = new CsvParser(
            reader,
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = delimiter ?? ",",
                DetectDelimiter = delimiter is null,
                DetectDelimiterValues = [",", ";", "\t"],
                TrimOptions = TrimOptions.Trim,
                BadDataFound = null, // a stray quote stays in its cell
                MaxFieldSize = LongestCell,
            }
        );
        try
        {
            if (!Read(parser, name))
            {
                throw new ImportException($"'{name}' is empty: expected a row of column names");
            }

            var first = parser.Record!;
            var headerless =
                columnsWhereHeaderless is not null && !first.Contains(columnsWhereHeaderless[0], StringComparer.OrdinalIgnoreCase);
            return new CsvTable(name, parser, headerless ? [.. columnsWhereHeaderless!] : first, headerless);
        }
        catch
        {
            parser.Dispose();
            throw;
        }
    }

    /// <exception cref="ImportException">There is no such column; the message names those that are.</exception>
    public int Column(string column)
    {
        var index = Array.FindIndex(_columns, each => each.Equals(column, StringComparison.OrdinalIgnoreCase));
        return index >= 0
            ? index
            : throw new ImportException($"'{_name}' has no column '{column}': its columns are {Shorten(string.Join(", ", _columns))}");
    }

    /// <exception cref="ImportException">The text is not a table; the message names the line.</exception>
    public IEnumerable<CsvRow> Rows()
    {
        if (_firstRowIsData)
        {
            yield return new CsvRow(_parser.RawRow, _parser.Record!);
        }

        while (Read(_parser, _name))
        {
            yield return new CsvRow(_parser.RawRow, _parser.Record!);
        }
    }

    public void Dispose() => _parser.Dispose();

    private static bool Read(CsvParser parser, string name)
    {
        try
        {
            return parser.Read();
        }
        catch (Exception e) when (e is CsvHelperException or IOException or InvalidDataException)
        {
            throw new ImportException(
                $"'{name}' cannot be read as a table beyond line {parser.RawRow}: {e.Message.Split('\n')[0].TrimEnd('\r', '.')}",
                e
            );
        }
    }

    private static string Shorten(string text) => text.Length > 400 ? text[..400] + "..." : text;
}
