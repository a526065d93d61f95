using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.FerPlus;

/// <summary>Rows and files brought together by file name.</summary>
internal sealed record FerPlusPlan(IReadOnlyList<PlannedPicture> Pictures, IReadOnlyList<RejectedItem> Rejected, int RowsWithoutFile)
{
    public static FerPlusPlan Match(FerPlusVotes votes, IEnumerable<SourceFile> files, FerPlusRule rule)
    {
        var rows = new Dictionary<string, FerPlusRow>(StringComparer.Ordinal);
        foreach (var row in votes.Rows)
        {
            rows.TryAdd(row.Image, row);
        }

        var matched = new Dictionary<string, (FerPlusRow Row, IPictureSource Source, PictureEntry Entry)>(StringComparer.Ordinal);
        var rejected = new List<RejectedItem>();
        foreach (var (source, entry) in files)
        {
            var file = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
            if (!rows.TryGetValue(file, out var row))
            {
                rejected.Add(new RejectedItem(PlannedPicture.Describe(source, entry), "no row in the votes file"));
            }
            else if (!matched.TryAdd(file, (row, source, entry)))
            {
                rejected.Add(new RejectedItem(PlannedPicture.Describe(source, entry), "a picture of this name was there before"));
            }
        }

        var keys = new PictureKeys();
        var pictures = matched
            .Select(match => Plan(match.Value.Row, match.Value.Source, match.Value.Entry, keys.Next("", match.Key), rule))
            // FERPlus numbers its pictures train, validation, test: of two with equal pixels, the one in train thus counts as the original.
            .OrderBy(picture => picture.Key, StringComparer.Ordinal)
            .ToList();
        return new FerPlusPlan(pictures, rejected, votes.NamelessRows + votes.Rows.Count(row => !matched.ContainsKey(row.Image)));
    }

    private static PlannedPicture Plan(FerPlusRow row, IPictureSource source, PictureEntry entry, string key, FerPlusRule rule)
    {
        var labels = Enum.GetValues<FerPlusRule>()
            .ToDictionary(FerPlusLabels.NameOf, each => FerPlusLabels.Decide(each, row.Votes.AsSpan()));
        return new PlannedPicture(source, entry, key, row.Split) { Label = labels[FerPlusLabels.NameOf(rule)], LabelsByRule = labels };
    }
}
