using SsFer.Artifacts.Datasets;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.FerPlus;

/// <summary>Rows and files brought together by file name.</summary>
internal sealed record FerPlusPlan(IReadOnlyList<PlannedPicture> Pictures, IReadOnlyList<RejectedItem> Rejected, int RowsWithoutFile)
{
    /// <summary>Names that stand more than once and mean the same each time.</summary>
    public int RepeatedNames { get; private init; }

    public ContradictionLog Contradicting { get; private init; } = new();

    /// <param name="votes">The rows.</param>
    /// <param name="list">The votes file, as messages call it.</param>
    /// <param name="files">The pictures.</param>
    /// <param name="rule">Gives the label.</param>
    /// <param name="choice">What becomes of a name whose rows give several labels or splits.</param>
    public static FerPlusPlan Match(FerPlusVotes votes, string list, IEnumerable<SourceFile> files, FerPlusRule rule, Contradictions choice)
    {
        var all = files.ToList();
        var index = new FileIndex(all);
        var found = votes.Rows.Select(row => row.Image).Distinct(StringComparer.Ordinal).ToDictionary(name => name, index.Find);
        var names = new NamedRows(list, rule, choice);
        var rows = votes
            .Rows.GroupBy(row => found[row.Image] is [var file, ..] ? (object)file : row.Image)
            .ToDictionary(group => group.Key, group => names.Settle([.. group]));
        var rejected = new List<RejectedItem>([.. votes.Rejected, .. names.Rejected]);
        var known = found.Values.SelectMany(matches => matches).ToHashSet();
        var read = votes.RejectedImages.SelectMany(index.Find).ToHashSet();
        foreach (var file in all.Where(file => !rows.ContainsKey(file) && !read.Contains(file)))
        {
            var reason = known.Contains(file) ? "a picture of this name was there before" : "no row in the votes file";
            rejected.Add(new RejectedItem(file.Description, reason));
        }

        var keys = new PictureKeys();
        var pictures = all.Where(file => rows.ContainsKey(file))
            .SelectMany(file => rows[file].Select(row => Plan(row, file, keys.Next("", file.FileName), rule)))
            // FERPlus numbers its pictures train, validation, test: of two with equal pixels, the one in train thus counts as the original.
            .OrderBy(picture => picture.Key, StringComparer.Ordinal)
            .ToList();
        return new FerPlusPlan(pictures, rejected, votes.NamelessRows + votes.Rows.Count(row => found[row.Image].Count == 0))
        {
            RepeatedNames = names.Repeated,
            Contradicting = names.Contradicting,
        };
    }

    private static PlannedPicture Plan(FerPlusRow row, SourceFile file, string key, FerPlusRule rule)
    {
        var labels = Enum.GetValues<FerPlusRule>()
            .ToDictionary(FerPlusLabels.NameOf, each => FerPlusLabels.Decide(each, row.Votes.AsSpan()));
        return new PlannedPicture(file.Source, file.Entry, key, row.Split)
        {
            Label = labels[FerPlusLabels.NameOf(rule)],
            LabelsByRule = labels,
            Votes = FerPlusLabels.ByName(row.Votes.AsSpan()),
        };
    }

    /// <summary>
    /// The rows by name. The official file has names that stand twice: with equal votes, or with others that give the same label by the
    /// rule, the first row is taken; else they contradict each other. By votes, the votes of all rows are added up.
    /// </summary>
    private sealed class NamedRows(string list, FerPlusRule rule, Contradictions choice)
    {
        public int Repeated { get; private set; }

        public ContradictionLog Contradicting { get; } = new();

        public List<RejectedItem> Rejected { get; } = [];

        public List<FerPlusRow> Settle(List<FerPlusRow> rows)
        {
            if (rows.Count == 1)
            {
                return rows;
            }

            if (rows.TrueForAll(row => row.Split == rows[0].Split && LabelOf(row) == LabelOf(rows[0])))
            {
                Repeated++;
                return [rows[0]];
            }

            if (choice == Contradictions.Keep)
            {
                Contradicting.Add($"{rows[0].Image}: {string.Join(", ", rows.Select(Say))}");
                return rows;
            }

            if (choice == Contradictions.Votes && rows.TrueForAll(row => row.Split == rows[0].Split))
            {
                var sum = Enumerable.Range(0, FerPlusLabels.Columns.Count).Select(column => rows.Sum(row => row.Votes[column]));
                var together = rows[0] with { Votes = [.. sum] };
                Contradicting.Add($"{rows[0].Image}: {string.Join(", ", rows.Select(Say))}; by votes {LabelOf(together) ?? "no label"}");
                return [together];
            }

            Contradicting.Add(null);
            foreach (var row in rows)
            {
                var other = rows.Find(each => each.Split != row.Split || LabelOf(each) != LabelOf(row))!;
                var what =
                    other.Split != row.Split
                        ? "another usage"
                        : $"other votes ({LabelOf(row) ?? "none"} here, {LabelOf(other) ?? "none"} there)";
                Rejected.Add(new RejectedItem($"{list} line {row.Line}", $"'{row.Image}' stands in line {other.Line} too, with {what}"));
            }

            return [];
        }

        private string? LabelOf(FerPlusRow row) => FerPlusLabels.Decide(rule, row.Votes.AsSpan());

        private string Say(FerPlusRow row) => $"{LabelOf(row) ?? "no label"} (line {row.Line})";
    }
}
