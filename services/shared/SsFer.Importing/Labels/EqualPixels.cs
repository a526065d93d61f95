using SsFer.Artifacts.Datasets;

namespace SsFer.Importing.Labels;

/// <summary>Treats pictures with equal pixels and several labels as chosen.</summary>
internal sealed class EqualPixels(Contradictions choice)
{
    private readonly List<RejectedItem> _rejected = [];

    /// <summary>The pictures left out.</summary>
    public IReadOnlyList<RejectedItem> Rejected => _rejected;

    public ContradictionLog Contradicting { get; } = new();

    /// <param name="pictures">All that are to be imported.</param>
    /// <param name="hashes">Of their pixels, by index; null where there is none.</param>
    /// <returns>Those that stay, by index, each with its label.</returns>
    public SortedDictionary<int, PlannedPicture> Settle(IReadOnlyList<PlannedPicture> pictures, PixelHash?[] hashes)
    {
        var kept = new SortedDictionary<int, PlannedPicture>(pictures.Index().ToDictionary(pair => pair.Index, pair => pair.Item));
        var copies = Enumerable
            .Range(0, pictures.Count)
            .Where(i => hashes[i] is not null && pictures[i].Label is not null)
            .GroupBy(i => hashes[i]!.Value)
            .Select(group => group.ToList())
            .Where(group => group.Exists(i => pictures[i].Label != pictures[group[0]].Label));
        foreach (var group in copies.ToList())
        {
            var votes = group.GroupBy(i => pictures[i].Label!, StringComparer.Ordinal).OrderByDescending(label => label.Count()).ToList();
            var winner = choice == Contradictions.Votes && votes[0].Count() > votes[1].Count() ? votes[0].Key : null;
            foreach (var i in group)
            {
                var other = group.Find(copy => pictures[copy].Label != pictures[i].Label);
                Contradicting.Add(winner is null ? null : $"{pictures[i].Description}: {pictures[i].Label}, by votes {winner}");
                if (winner is not null)
                {
                    kept[i] = pictures[i].Relabelled(winner);
                    continue;
                }

                kept.Remove(i);
                _rejected.Add(new RejectedItem(pictures[i].Description, Reason(pictures[i], pictures[other])));
            }
        }

        return kept;
    }

    /// <summary>How the contradiction of two pictures with equal pixels is said.</summary>
    public static string Reason(PlannedPicture picture, PlannedPicture other) =>
        $"has the pixels of '{other.Description}' under another label ({picture.Label} here, {other.Label} there)";
}
