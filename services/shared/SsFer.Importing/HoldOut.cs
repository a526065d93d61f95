using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SsFer.Artifacts;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;

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

    public double Share { get; }

    public ulong Seed { get; }

    internal string ShareText => Share.ToString(CultureInfo.InvariantCulture);

    internal string SeedText => Seed.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Draws the held-out pictures: of each class the share of its labelled pictures, rounded, that come first by a hash of seed and
/// pixels. Pictures with the same pixels go the same way, whatever they are called, encoded as or labelled, if at all: validation
/// never sees what training has seen. For that the pictures are read and decoded once more than an import without a draw does it;
/// 32 bytes a picture stay in memory. As the rank depends on the pixels alone, renaming changes nothing, and pictures that are
/// added move few of those that were there.
/// </summary>
internal sealed class HoldOutDraw(HoldOut holdOut, ImportOptions options)
{
    private readonly PictureDecoder _decoder = new(options.Budget);

    /// <param name="pictures">Those to import. Labelled ones of train are drawn; unlabelled ones of train follow a drawn one that has
    /// their pixels.</param>
    /// <param name="progress">Told after every picture of train.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ImportException">There is a validation split already, or no class is large enough.</exception>
    public async Task<IReadOnlyList<PlannedPicture>> DrawAsync(
        IReadOnlyList<PlannedPicture> pictures,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (pictures.Any(picture => picture.Split == DatasetSplit.Validation))
        {
            throw new ImportException("the material has a validation split of its own: leave out --hold-out");
        }

        var ranks = new UInt128?[pictures.Count];
        int[] train = [.. Enumerable.Range(0, pictures.Count).Where(i => pictures[i].Split == DatasetSplit.Train)];
        var done = 0;
        Report();
        await foreach (
            var rank in ReadAsync(train.Select(i => pictures[i]), cancellationToken)
                .SelectOrderedAsync(options.Parallelism, Rank, cancellationToken)
        )
        {
            ranks[train[done++]] = rank;
            Report();
        }
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

        void Report() => progress?.Report(new ImportProgress(done, train.Length, 0, ImportPhase.Draw));
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

    private async IAsyncEnumerable<(string Name, byte[]? Content)> ReadAsync(
        IEnumerable<PlannedPicture> pictures,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var picture in pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]? content = null;
            try
            {
                content = await picture.Source.ReadAsync(picture.Entry, options.Budget.MaxEncodedBytes, cancellationToken);
            }
            catch (UnreadablePictureException)
            {
                // The import reads it again and records why it cannot be used.
            }
            yield return (picture.Entry.Name, content);
        }
    }

    /// <summary>
    /// SHA-256 of seed and pixels, cut to 128 bits: equal for equal pixels, in random order otherwise; null where the picture takes no
    /// part.
    /// </summary>
    private UInt128? Rank((string Name, byte[]? Content) read)
    {
        if (read.Content is null)
        {
            return null;
        }

        try
        {
            Span<byte> seeded = stackalloc byte[40];
            BinaryPrimitives.WriteUInt64LittleEndian(seeded, holdOut.Seed);
            Convert.FromHexString(_decoder.Decode(read.Content, read.Name).PixelHash(), seeded[8..], out _, out _);
            return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(seeded));
        }
        catch (UnreadablePictureException)
        {
            return null;
        }
    }
}
