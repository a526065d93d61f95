using System.Text;

namespace SsFer.Importing.Tables;

/// <summary>The text of a table from its first row on, with the delimiter that the row speaks for.</summary>
internal sealed class CsvText : TextReader
{
    private const int LongestRow = 1 << 20; // characters looked at for the delimiter
    private readonly TextReader _rest;
    private string _first;

    private CsvText(TextReader rest, string first) => (_rest, _first) = (rest, first);

    public string Delimiter { get; private init; } = ",";

    /// <summary>Lines that were taken from the text and are no row.</summary>
    public int LinesBefore { get; private init; }

    /// <param name="reader">The text; belongs to the result.</param>
    /// <param name="delimiter">Null finds it out.</param>
    public static CsvText Begin(TextReader reader, string? delimiter)
    {
        var (first, blank) = (ReadLine(reader), 0);
        for (; first.Length > 0 && string.IsNullOrWhiteSpace(first); blank++)
        {
            first = ReadLine(reader);
        }

        if (delimiter is null && first.TrimEnd('\r', '\n') is ['s' or 'S', 'e' or 'E', 'p' or 'P', '=', var said])
        {
            return new CsvText(reader, "") { Delimiter = said.ToString(), LinesBefore = blank + 1 };
        }

        return new CsvText(reader, first) { Delimiter = delimiter ?? Delimiting(first), LinesBefore = blank };
    }

    /// <summary>
    /// Whether a quoted cell of the row has no end. In a row of several lines also, whether one goes on behind its end: it was then
    /// ended by the quote of another cell, lines below.
    /// </summary>
    public static bool HasOpenQuote(ReadOnlySpan<char> row, char delimiter, bool isOneLine)
    {
        for (var i = 0; i < row.Length; i++)
        {
            while (i < row.Length && row[i] == ' ')
            {
                i++;
            }

            if (i < row.Length && row[i] == '"')
            {
                var end = EndOfQuoted(row, i + 1);
                if (end < 0)
                {
                    return true;
                }

                i = end + 1;
                while (i < row.Length && row[i] == ' ')
                {
                    i++;
                }

                if (!isOneLine && i < row.Length && row[i] != delimiter)
                {
                    return true;
                }
            }

            while (i < row.Length && row[i] != delimiter)
            {
                i++;
            }
        }

        return false;
    }

    public override int Peek() => _first.Length > 0 ? _first[0] : _rest.Peek();

    public override int Read()
    {
        if (_first.Length == 0)
        {
            return _rest.Read();
        }

        var next = _first[0];
        _first = _first[1..];
        return next;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (_first.Length == 0)
        {
            return _rest.Read(buffer);
        }

        var count = Math.Min(buffer.Length, _first.Length);
        _first.AsSpan(0, count).CopyTo(buffer);
        _first = _first[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rest.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int EndOfQuoted(ReadOnlySpan<char> row, int from)
    {
        for (var i = from; i < row.Length; i++)
        {
            if (row[i] != '"')
            {
                continue;
            }

            if (i + 1 == row.Length || row[i + 1] != '"')
            {
                return i;
            }

            i++; // a doubled quote is one that the cell holds
        }

        return -1;
    }

    private static string ReadLine(TextReader reader)
    {
        var line = new StringBuilder();
        while (line.Length < LongestRow && reader.Read() is var next and >= 0)
        {
            line.Append((char)next);
            if (next == '\n' || (next == '\r' && reader.Peek() != '\n'))
            {
                break;
            }
        }

        return line.ToString();
    }

    /// <summary>What stands most often between the names of the columns, outside quotes.</summary>
    private static string Delimiting(string header)
    {
        var plain = string.Concat(header.Split('"').Where((_, i) => i % 2 == 0));
        return ((string[])[",", ";", "\t", "|"]).MaxBy(each => plain.Count(c => c == each[0]))!;
    }
}
