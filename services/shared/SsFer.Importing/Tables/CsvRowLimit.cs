namespace SsFer.Importing.Tables;

/// <summary>
/// A table's text that ends with an error where a row has more cells than any table needs: a reader of tables keeps every cell of a row,
/// and a file of 128 MB can be a single row of 60 million.
/// </summary>
/// <param name="text">The text; belongs to the result.</param>
/// <param name="delimiters">What may stand between cells.</param>
public sealed class CsvRowLimit(TextReader text, string delimiters) : TextReader
{
    public const int MostCells = 10_000;

    private bool _isAtStart = true;
    private bool _isQuoted;
    private int _cells;

    public override int Peek() => text.Peek();

    public override int Read()
    {
        var next = text.Read();
        if (next >= 0)
        {
            Count([(char)next]);
        }

        return next;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var read = text.Read(buffer);
        Count(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        var read = await text.ReadAsync(buffer, cancellationToken);
        Count(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A quote opens a cell where it begins one; one within a cell is part of it, as for the reader of the table.</summary>
    private void Count(ReadOnlySpan<char> read)
    {
        foreach (var next in read)
        {
            if (next == '"' && (_isAtStart || _isQuoted))
            {
                _isQuoted = !_isQuoted;
                _isAtStart = !_isQuoted; // closed: open again where the next is a quote, too, which the cell then holds
            }
            else if (_isQuoted)
            {
                continue;
            }
            else if (next is '\r' or '\n')
            {
                (_cells, _isAtStart) = (0, true);
            }
            else if (delimiters.Contains(next))
            {
                _isAtStart = true;
                Add();
            }
            else
            {
                _isAtStart &= next == ' ';
            }
        }
    }

    private void Add()
    {
        if (++_cells >= MostCells)
        {
            throw new InvalidDataException($"a row has more than {MostCells} cells: give a table of fewer columns");
        }
    }
}
