using System.Globalization;
using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

/// <summary>
/// Files of every format, damaged at random: they decode within the budget or are refused, and nothing else happens. The seed is
/// logged; SSFER_FUZZ_SEED and SSFER_FUZZ_ROUNDS set others.
/// </summary>
public sealed class MutatedPictureTests
{
    private const int Rounds = 150; // of each file

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
        var original = Encode(Made.Gradient(96, 64), format);
        Assert.Equal(96, decoder.Decode(original, format).Width);
        var (refused, decoded) = (0, 0);
        for (var round = 0; round < Setting("SSFER_FUZZ_ROUNDS", Rounds); round++)
        {
            var mutant = Mutate(original, random);
            try
            {
                var file = decoder.Open(mutant, format);
                Assert.InRange(file.WorkingBytes, 1, Budget.MaxDecodedBytes);
                var picture = decoder.Decode(file, TestContext.Current.CancellationToken);
                Assert.Equal(file.Header.Pixels, (long)picture.Width * picture.Height);
                decoded++;
            }
            catch (UnreadablePictureException)
            {
                refused++;
            }
        }

        Assert.True(refused > 0, $"no mutant of {format} was refused: nothing was tried ({decoded} decoded)");
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

        return [.. bytes];
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
