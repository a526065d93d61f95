using System.Text.RegularExpressions;
using SsFer.Importing.Labels;
using SsFer.Importing.Text;

namespace SsFer.Importing.Tables;

/// <summary>
/// What the cells of a column of labels mean: none where they hold a mark of missing values, and the whole number where all numbers
/// among them are whole and some were written with decimals, as pandas writes a column with gaps (<c>1.0</c> is the class <c>1</c>).
/// </summary>
internal sealed partial class LabelCells
{
    private readonly MissingLabels _missing;
    private readonly SortedDictionary<string, int> _marks = new(StringComparer.Ordinal);
    private readonly string? _withDecimals;

    public LabelCells(IEnumerable<string> cells, MissingLabels missing)
    {
        _missing = missing;
        var (all, decimals) = (true, (string?)null);
        foreach (var cell in cells)
        {
            if (missing.Contains(Spelling.Clean(cell)))
            {
                _marks[cell] = _marks.GetValueOrDefault(cell) + 1;
                continue;
            }

            var number = Number().Match(Spelling.Clean(cell));
            all &= !number.Success || number.Groups["rest"].Value.Length == 0;
            decimals ??= number.Groups["decimals"].Success ? cell : null;
        }

        _withDecimals = all ? decimals : null;
    }

    /// <summary>The name of the class; null where there is none.</summary>
    public string? Of(string cell) =>
        _missing.Contains(Spelling.Clean(cell)) ? null
        : _withDecimals is not null && Number().Match(Spelling.Clean(cell)) is { Success: true } number ? number.Groups["number"].Value
        : cell;

    /// <summary>Adds the marks that were met, but for empty cells, and whether decimals were dropped.</summary>
    public void AddTo(Dictionary<string, string> provenance)
    {
        var marks = _marks.Where(mark => !string.IsNullOrWhiteSpace(mark.Key)).Select(mark => $"'{mark.Key}' {mark.Value}").ToList();
        if (marks.Count > 0)
        {
            provenance[ImportFindings.Missing] = string.Join(", ", marks);
        }

        if (_withDecimals is not null)
        {
            provenance[ImportFindings.WholeNumbers] = _withDecimals;
        }
    }

    [GeneratedRegex(
        @"^(?<number>[+-]?[0-9]+)(?<decimals>[.,]0*(?<rest>[0-9]*))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Number();
}
