using System.Globalization;
using SsFer.Importing.Labels;

namespace SsFer.Importing;

/// <summary>
/// Marks pictures with equal pixels, and counts those that were kept with several labels. What is held of each picture is its place in
/// the table (36 bytes).
/// </summary>
/// <param name="plan">The pictures in the order of reading; of several with the same pixels the first is the original.</param>
internal sealed class Duplicates(IReadOnlyList<PlannedPicture> plan)
{
    private readonly Dictionary<PixelKey, int> _firstByPixels = new(plan.Count); // at its full size: growing would hold it twice
    private readonly Dictionary<PixelKey, Copies> _copies = [];
    private readonly ContradictionLog _contradicting = new();
    private int _count;
    private int _acrossSplits;

    /// <summary>The first picture with these pixels; null, and remembered as the first, where there was none.</summary>
    public PlannedPicture? Find(string pixelHash, int index)
    {
        var pixels = PixelKey.Of(pixelHash);
        if (_firstByPixels.TryAdd(pixels, index))
        {
            return null;
        }

        var first = plan[_firstByPixels[pixels]];
        _count++;
        _acrossSplits += first.Split == plan[index].Split ? 0 : 1;
        // Two kept rows of one picture were counted with the rows.
        if (first.Entry != plan[index].Entry || first.Source != plan[index].Source)
        {
            Compare(pixels, first, plan[index]);
        }

        return first;
    }

    public void AddTo(Dictionary<string, string> provenance)
    {
        provenance["duplicates"] = ImportPlan.Text(_count);
        provenance["duplicatesAcrossSplits"] = ImportPlan.Text(_acrossSplits);
        _contradicting.AddTo(provenance, Contradictions.Keep);
    }

    /// <summary>Counts pictures with equal pixels once two of them have other labels: those before, and all to come.</summary>
    private void Compare(PixelKey pixels, PlannedPicture first, PlannedPicture copy)
    {
        if (!_copies.TryGetValue(pixels, out var copies))
        {
            _copies.Add(pixels, copies = new Copies());
            copies.Add(first);
        }

        copies.Add(copy);
        if (copy.Label is null || copies.First is not { } labelled)
        {
            return;
        }

        var differs = labelled.Label != copy.Label;
        if (differs || copies.Contradict)
        {
            _contradicting.Add(
                differs ? $"{copy.Description} {EqualPixels.Reason(copy, labelled)}" : null,
                copies.Contradict ? 1 : copies.Count
            );
            copies.Contradict = true;
        }
    }

    /// <summary>The labelled pictures with the same pixels, as far as they were read.</summary>
    private sealed class Copies
    {
        public PlannedPicture? First { get; private set; }

        public int Count { get; private set; }

        public bool Contradict { get; set; }

        public void Add(PlannedPicture picture)
        {
            if (picture.Label is not null)
            {
                First ??= picture;
                Count++;
            }
        }
    }

    /// <summary>
    /// Half of the SHA-256: plenty to tell pictures apart. Two words, since a <see cref="UInt128"/> would be padded to 48 bytes an
    /// entry.
    /// </summary>
    private readonly record struct PixelKey(ulong High, ulong Low)
    {
        public static PixelKey Of(string sha256) => new(Word(sha256.AsSpan(0, 16)), Word(sha256.AsSpan(16, 16)));

        private static ulong Word(ReadOnlySpan<char> digits) => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
