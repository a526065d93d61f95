namespace SsFer.Cli.Tests.Terminal;

/// <summary>What a terminal of a given width shows: letters, line ends, erasing a line, and whether long lines wrap.</summary>
internal sealed class Screen(int columns)
{
    private readonly List<char[]> _rows = [Blank(columns)];
    private int _row;
    private int _column;
    private bool _wraps = true;

    /// <summary>The most lines with a bar that stood on the screen at any time.</summary>
    public int MostBars { get; private set; }

    public IEnumerable<string> Rows => _rows.Select(row => new string(row).TrimEnd());

    public void Write(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\u001b' && text[i + 1] != '[')
            {
                i++; // how keys are to be told, which a program that asks for the width sets, too
            }
            else if (text[i] == '\u001b')
            {
                var end = i + 2;
                while (!char.IsAsciiLetter(text[end]))
                {
                    end++;
                }

                Control(text[(i + 2)..(end + 1)]);
                i = end;
            }
            else
            {
                Put(text[i]);
            }
        }
    }

    private void Control(string sequence)
    {
        switch (sequence)
        {
            case "2K":
                Array.Fill(_rows[_row], ' ');
                break;
            case "?1h" or "?1l":
                break; // keys again
            case "?7l" or "?7h":
                _wraps = sequence == "?7h";
                MostBars = Math.Max(
                    MostBars,
                    Rows.Count(row => row.Contains('━', StringComparison.Ordinal) || row.Contains('─', StringComparison.Ordinal))
                );
                break;
            default:
                Assert.Fail($"the screen does not know the control sequence {sequence}");
                break;
        }
    }

    private void Put(char letter)
    {
        if (letter == '\r')
        {
            _column = 0;
            return;
        }

        if (letter == '\n')
        {
            NextRow();
            return;
        }

        if (_column == columns)
        {
            if (_wraps)
            {
                _column = 0;
                NextRow();
            }
            else
            {
                _column--;
            }
        }

        _rows[_row][_column++] = letter;
    }

    /// <summary>The driver of a terminal makes a carriage return and a line feed of every line feed.</summary>
    private void NextRow()
    {
        _column = 0;
        if (++_row == _rows.Count)
        {
            _rows.Add(Blank(columns));
        }
    }

    private static char[] Blank(int columns)
    {
        var row = new char[columns];
        Array.Fill(row, ' ');
        return row;
    }
}
