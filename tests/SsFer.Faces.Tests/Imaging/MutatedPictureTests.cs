using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using NetVips;
using SsFer.Faces.Cutting;
using SsFer.Faces.Imaging;
using SsFer.Recipes;
using SsFer.Testing;

namespace SsFer.Faces.Tests.Imaging;

/// <summary>
/// Files of every format, damaged at random, through header, decoder and detector: they decode within the budget or are refused, and
/// nothing else happens. The picture is a real face where there are some. The seed is logged; SSFER_FUZZ_SEED sets another, and
/// SSFER_FUZZ_SECONDS how long each format goes on, which then must not have cost memory.
/// </summary>
[Trait("Category", "Slow")]
public sealed class MutatedPictureTests
{
    private const int Rounds = 150; // of each file, at least
    private const long MostGrowth = 64 << 20;

    private static readonly ImageBudget Budget = new() { MaxPixels = 1_000_000, MaxDecodedBytes = 64 << 20 };

    public static TheoryData<string> Formats =>
        ["png", "png-interlaced", "jpeg", "jpeg-progressive", "webp", "webp-animated", "gif", "tiff"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void File_DamagedAtRandom_IsRefusedOrDecodedWithinTheBudget(string format)
    {
        var seed = Setting("SSFER_FUZZ_SEED", 20_261_129);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var decoder = new PictureDecoder(Budget);
        using var cutter = new FaceCutter(new FacePreparation { Size = 48 }, network: null, Budget);
        var picture = RealData.IsThere ? RealFaces.Lfw(1)[0] : Made.Gradient(96, 64);
        var original = Encode(picture, format);
        Assert.Equal(picture.Width, decoder.Decode(original, format).Width);
        var (refused, decoded, faces, clock, warm) = (0, 0, 0, Stopwatch.StartNew(), 0L);
        var lasts = TimeSpan.FromSeconds(Setting("SSFER_FUZZ_SECONDS", 0));
        for (var round = 0; round < Rounds || clock.Elapsed < lasts; round++)
        {
            if (round == 10 * Rounds)
            {
                warm = Environment.WorkingSet;
            }

            var mutant = Mutate(original, random);
            try
            {
                var file = decoder.Open(mutant, format);
                Assert.InRange(file.WorkingBytes, 1, Budget.MaxDecodedBytes);
                var mutated = decoder.Decode(file, TestContext.Current.CancellationToken);
                Assert.Equal(file.Header.Pixels, (long)mutated.Width * mutated.Height);
                faces += cutter.Find(cutter.Decode(file, TestContext.Current.CancellationToken))!.Count;
                decoded++;
            }
            catch (UnreadablePictureException)
            {
                refused++;
            }
        }

        var grown = warm == 0 ? 0 : Environment.WorkingSet - warm;
        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} refused, {decoded} decoded with {faces} faces, {grown >> 20} MiB more");
        Assert.True(refused > 0, $"no mutant of {format} was refused: nothing was tried ({decoded} decoded)");
        Assert.True(lasts == TimeSpan.Zero || grown < MostGrowth, $"{grown >> 20} MiB more than after the first {10 * Rounds} mutants");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var told) ? told : otherwise;

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 64), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    at = Math.Min(random.Next(64), bytes.Count - 1); // the header
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(length, bytes.Count - 1));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add(0);
                    break;
                default:
                    for (var i = at; i < at + Math.Min(length, 4); i++)
                    {
                        bytes[i] = 0xFF;
                    }

                    break;
            }
        }

        byte[] mutant = [.. bytes];
        if (random.Next(2) == 0)
        {
            RepairPng(mutant); // or few get past the first checksum
        }

        return mutant;
    }

    /// <summary>Makes the checksums of all chunks right; leaves other formats as they are.</summary>
    private static void RepairPng(Span<byte> file)
    {
        const int Signature = 8,
            Length = 4,
            Name = 4,
            Checksum = 4;
        if (file.Length < Signature || !file[1..].StartsWith("PNG"u8))
        {
            return;
        }

        var at = Signature;
        while (at + Length + Name + Checksum <= file.Length)
        {
            var content = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (content > file.Length - at - Length - Name - Checksum)
            {
                return;
            }

            var end = at + Length + Name + (int)content;
            BinaryPrimitives.WriteUInt32BigEndian(file[end..], Crc32.HashToUInt32(file[(at + Length)..end]));
            at = end + Checksum;
        }
    }

    private static byte[] Encode(Picture picture, string format) => Made.Encode(picture, image =>
        {
            using var alpha = image.Bandjoin(128);
            return format switch
            {
                "png" => alpha.PngsaveBuffer(),
                "png-interlaced" => image.PngsaveBuffer(interlace: true, bitdepth: 16),
                "jpeg" => image.JpegsaveBuffer(),
                "jpeg-progressive" => image.JpegsaveBuffer(interlace: true),
                "webp" => alpha.WebpsaveBuffer(q: 80),
                "webp-animated" => Animated(image),
                "gif" => image.GifsaveBuffer(),
                _ => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
            };
        });

    private static byte[] Animated(Image image)
    {
        using var strip = Image.Arrayjoin([image, image], across: 1);
        using var paged = strip.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", image.Height));
        return paged.WebpsaveBuffer(lossless: true);
    }
}
