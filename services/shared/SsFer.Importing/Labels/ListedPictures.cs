using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Labels;

/// <summary>What one row of a list says of one picture.</summary>
/// <param name="File">The picture.</param>
/// <param name="List">The list, as messages call it.</param>
/// <param name="Line">Of the list.</param>
/// <param name="Split">Of the picture.</param>
internal sealed record ListedPicture(SourceFile File, string List, int Line, string Split)
{
    public string? Label { get; init; }

    public IReadOnlyDictionary<string, string?>? LabelsByRule { get; init; }

    public AnnotatedBox? Box { get; init; }

    public IReadOnlyList<float>? Landmarks { get; init; }

    public string Place => $"{List} line {Line}";

    public bool Agrees(ListedPicture other) => Split == other.Split && Label == other.Label && Box == other.Box;
}

/// <summary>
/// The rows of a list, picture by picture. Rows that say the same are one; rows that contradict each other are treated as chosen. A
/// row without a label contradicts none that has one.
/// </summary>
internal sealed class ListedPictures(Contradictions choice)
{
    private readonly OrderedDictionary<SourceFile, List<ListedPicture>> _rows = [];

    private readonly ContradictionLog _contradicting = new();
    private int _repeated;

    public void Add(ListedPicture row)
    {
        if (!_rows.TryAdd(row.File, [row]))
        {
            _rows[row.File].Add(row);
        }
    }

    /// <summary>Adds what was counted, where there was anything.</summary>
    public void AddTo(IDictionary<string, string> provenance)
    {
        if (_repeated > 0)
        {
            provenance["repeatedRows"] = ImportPlan.Text(_repeated);
        }

        _contradicting.AddTo(provenance, choice);
    }

    /// <summary>The pictures to import; the rows left out go to <paramref name="rejected"/>.</summary>
    public List<PlannedPicture> Resolve(PictureKeys keys, ICollection<RejectedItem> rejected)
    {
        var pictures = new List<PlannedPicture>(_rows.Count);
        foreach (var (file, rows) in _rows)
        {
            foreach (var row in rows.Count == 1 ? rows : Settle(rows, rejected))
            {
                pictures.Add(
                    new PlannedPicture(file.Source, file.Entry, keys.Next(file, row.Split), row.Split)
                    {
                        Label = row.Label,
                        LabelsByRule = row.LabelsByRule,
                        Box = row.Box,
                        Landmarks = row.Landmarks,
                    }
                );
            }
        }

        return pictures;
    }

    private List<ListedPicture> Settle(List<ListedPicture> rows, ICollection<RejectedItem> rejected)
    {
        var distinct = new List<ListedPicture>();
        foreach (var row in rows)
        {
            if (distinct.Exists(row.Agrees) || (row.Label is null && rows.Exists(other => other.Label is not null)))
            {
                _repeated++;
            }
            else
            {
                distinct.Add(row);
            }
        }

        if (distinct.Count == 1)
        {
            return distinct;
        }

        var winner = choice == Contradictions.Votes ? Winner(rows) : null;
        var kept =
            winner is not null ? [winner]
            : choice == Contradictions.Keep ? distinct
            : [];
        var elected = winner is null ? "" : $"; by votes {winner.Label}";
        _contradicting.Add(kept.Count == 0 ? null : $"{rows[0].File.Description}: {string.Join(", ", distinct.Select(Say))}{elected}");
        if (kept.Count == 0)
        {
            foreach (var row in distinct)
            {
                rejected.Add(new RejectedItem(row.Place, Reason(row, distinct.Find(other => !other.Agrees(row))!)));
            }
        }

        return kept;
    }

    /// <summary>The row of the label that most give; null where two are level, or where splits or boxes differ too.</summary>
    private static ListedPicture? Winner(List<ListedPicture> rows)
    {
        var labelled = rows.FindAll(row => row.Label is not null);
        if (labelled.Exists(row => row.Split != labelled[0].Split || row.Box != labelled[0].Box))
        {
            return null;
        }

        var votes = labelled.GroupBy(row => row.Label, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ToList();
        return votes.Count > 0 && (votes.Count == 1 || votes[0].Count() > votes[1].Count()) ? votes[0].First() : null;
    }

    private static string Say(ListedPicture row) => $"{row.Label ?? "no label"} (line {row.Line})";

    private static string Reason(ListedPicture row, ListedPicture other)
    {
        var what =
            row.Label != other.Label ? $"another label ({row.Label ?? "none"} here, {other.Label ?? "none"} there)"
            : row.Split != other.Split ? $"another split ({row.Split} here, {other.Split} there)"
            : "another box";
        return $"'{row.File.FileName}' stands in line {other.Line} too, with {what}";
    }
}
