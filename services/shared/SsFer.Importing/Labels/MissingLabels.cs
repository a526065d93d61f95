using System.Collections.Frozen;

namespace SsFer.Importing.Labels;

/// <summary>
/// What stands in a column of labels where there is none. An empty cell always means that; the other marks are those that pandas
/// and R write and read so, and the errors of spreadsheets, in any case.
/// </summary>
public sealed class MissingLabels
{
    /// <summary>Switches the marks off: every cell that is not empty is a class.</summary>
    public const string None = "none";

    private readonly FrozenSet<string> _marks;

    private MissingLabels(IEnumerable<string> marks) => _marks = marks.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The marks that hold where none are given.</summary>
    public static IReadOnlyList<string> DefaultMarks { get; } =
    [
        "nan",
        "-nan",
        "na",
        "n/a",
        "#n/a",
        "<na>",
        "null",
        "none",
        "nil",
        "-",
        "--",
        "?",
        ".",
        "missing",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#num!",
        "#null!",
    ];

    public static MissingLabels Default { get; } = new(DefaultMarks);

    /// <param name="text">Marks with commas between them, or <c>none</c>.</param>
    public static MissingLabels Parse(string text) =>
        new(
            text.Trim().Equals(None, StringComparison.OrdinalIgnoreCase)
                ? []
                : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        );

    public bool Contains(string cell) => string.IsNullOrWhiteSpace(cell) || _marks.Contains(cell.Trim());
}
