using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using SsFer.Artifacts.Datasets;
using SsFer.Recipes;

namespace SsFer.Importing;

/// <summary>A validation split to be drawn out of train.</summary>
public sealed record HoldOut
{
    /// <param name="share">Of every class, in (0, 1).</param>
    /// <param name="seed">The same seed draws the same pictures.</param>
    public HoldOut(double share, ulong seed = 0)
    {
        if (!(share is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, $"the share held out must lie between 0 and 1, it is {share}");
        }

        (Share, Seed) = (share, seed);
    }

    /// <summary>The share that a text says, as terminal and HTTP take it: <c>20%</c> or <c>0.2</c>.</summary>
    /// <returns>Null where it says none; <see cref="Refusal"/> is then what to answer.</returns>
    public static double? FindShare(string text) => (double?)WrittenShare.Find(text);

    public static string Refusal(string text) => $"'{text}' is no share to hold out: give one between 0 and 1, such as 20% or 0.2";

    public double Share { get; }

    public ulong Seed { get; }

    internal string ShareText => Share.ToString(CultureInfo.InvariantCulture);

    internal string SeedText => Seed.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Draws the held-out pictures: of each class the share of its labelled pictures, rounded, that come first by a hash of seed and
/// pixels. Pictures with the same pixels go the same way, whatever they are called, encoded as or labelled, if at all: validation
/// never sees what training has seen. For that <see cref="PixelSurvey"/> reads the pictures once more than an import without a draw
/// does it. As the rank depends on the pixels alone, renaming changes nothing, and pictures that are added move few of those that
/// were there.
/// </summary>
internal sealed class HoldOutDraw(HoldOut holdOut)
{
    /// <exception cref="ImportException">There is a validation split already, or nothing to draw it from.</exception>
    public static void Check(IReadOnlyList<PlannedPicture> pictures)
    {
        if (pictures.Any(picture => picture.Split == DatasetSplit.Validation))
        {
            throw new ImportException("the material has a validation split of its own: leave out --hold-out");
        }

        var labelled = pictures.Where(picture => picture.Split == DatasetSplit.Train).Select(picture => picture.Label).OfType<string>();
        var counts = labelled.CountBy(label => label, StringComparer.Ordinal).ToList();
        if (counts.Count == 0)
        {
            throw new ImportException("there is no labelled picture in train to hold out any of: leave out --hold-out");
        }

        if (counts.TrueForAll(count => count.Value == 1))
        {
            throw new ImportException("each class has a single picture in train, which cannot be held out: leave out --hold-out");
        }
    }

    /// <summary>The classes of train that no picture of validation is of.</summary>
    public static IEnumerable<string> Untouched(IReadOnlyList<PlannedPicture> drawn)
    {
        var held = LabelsIn(DatasetSplit.Validation).ToHashSet(StringComparer.Ordinal);
        return LabelsIn(DatasetSplit.Train).Where(label => !held.Contains(label)).Distinct().Order(StringComparer.Ordinal);

        IEnumerable<string> LabelsIn(string split) =>
            drawn.Where(picture => picture.Split == split).Select(picture => picture.Label).OfType<string>();
    }

    /// <param name="pictures">Those to import. Labelled ones of train are drawn; unlabelled ones of train follow a drawn one that has
    /// their pixels.</param>
    /// <param name="pixels">Their hashes, by index; a picture without one takes no part.</param>
    /// <exception cref="ImportException">No class is large enough.</exception>
    public IReadOnlyList<PlannedPicture> Draw(IReadOnlyList<PlannedPicture> pictures, IReadOnlyList<PixelHash?> pixels)
    {
        UInt128?[] ranks =
        [
            .. pixels.Select((hash, i) => pictures[i].Split == DatasetSplit.Train && hash is { } known ? Rank(known) : (UInt128?)null),
        ];
        var held = Choose(pictures, ranks);
        if (held.Count == 0)
        {
            throw new ImportException(
                $"holding out {holdOut.ShareText} of each class leaves no picture for validation: give a larger share with --hold-out"
            );
        }

        return
        [
            .. pictures.Select(
                (picture, i) => ranks[i] is { } rank && held.Contains(rank) ? picture with { Split = DatasetSplit.Validation } : picture
            ),
        ];
    }

    private HashSet<UInt128> Choose(IReadOnlyList<PlannedPicture> pictures, UInt128?[] ranks)
    {
        var (held, seen) = (new HashSet<UInt128>(), new HashSet<UInt128>());
        var classes = Enumerable
            .Range(0, pictures.Count)
            .Where(i => ranks[i] is not null && pictures[i].Label is not null)
            .GroupBy(i => pictures[i].Label!, i => ranks[i]!.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var ofClass in classes)
        {
            var copies = ofClass.CountBy(rank => rank).OrderBy(pair => pair.Key).ToList();
            var total = copies.Sum(pair => pair.Value);
            // Never the whole class: it could not be learned then.
            var wanted = Math.Min(total - 1, (int)Math.Round(holdOut.Share * total, MidpointRounding.AwayFromZero));
            // Pixels that stand in an earlier class too have been decided there.
            var taken = copies.Where(pair => held.Contains(pair.Key)).Sum(pair => pair.Value);
            foreach (var (rank, count) in copies.Where(pair => seen.Add(pair.Key)))
            {
                if (taken + count > wanted)
                {
                    continue;
                }

                taken += count;
                held.Add(rank);
            }
        }
        return held;
    }

    /// <summary>SHA-256 of seed and pixels, cut to 128 bits: equal for equal pixels, in random order otherwise.</summary>
    private UInt128 Rank(PixelHash pixels)
    {
        Span<byte> seeded = stackalloc byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(seeded, holdOut.Seed);
        BinaryPrimitives.WriteUInt128BigEndian(seeded[8..], pixels.High);
        BinaryPrimitives.WriteUInt128BigEndian(seeded[24..], pixels.Low);
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(seeded));
    }
}
