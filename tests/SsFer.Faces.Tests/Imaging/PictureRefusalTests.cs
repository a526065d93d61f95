using System.Diagnostics;
using System.Text;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

/// <summary>Files that are no pictures, damaged ones, and those over the budget.</summary>
public sealed class PictureRefusalTests
{
    private readonly PictureDecoder _decoder = new();

    [Fact]
    public void Bomb_AnnouncingMorePixelsThanTheLimit_IsRefusedBeforeDecoding()
    {
        _decoder.Decode(Made.Gradient(8, 8).EncodePng(), "warm.png");
        using var process = Process.GetCurrentProcess();
        var before = process.PeakWorkingSet64;
        var clock = Stopwatch.StartNew();

        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(Made.PngAnnouncing(60_000, 60_000), "bomb.png"));

        Assert.Equal("bomb.png announces 60000 x 60000 pixels, over the limit of 64000000", e.Message);
        process.Refresh();
        // The kernel's figure is rounded, other tests run beside; its pixels would be 10 GiB
        Assert.InRange(process.PeakWorkingSet64 - before, long.MinValue, 512L << 20);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Bomb_LongerThanTheSideAllowed_IsRefused()
    {
        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(Made.PngAnnouncing(20_000, 2), "long.png"));
        Assert.Equal("long.png announces 20000 x 2 pixels, over the limit of 16384 a side", e.Message);
    }

    [Fact]
    public void File_LargerThanTheBudget_IsRefused()
    {
        var strict = new PictureDecoder(new ImageBudget { MaxEncodedBytes = 100 });
        var e = Assert.Throws<UnreadablePictureException>(() => strict.Decode(new byte[101], "big.png"));
        Assert.Equal("big.png has 101 bytes, over the limit of 100", e.Message);
    }

    [Fact]
    public void File_Empty_IsRefused() =>
        Assert.Equal(
            "x.png is empty",
            Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(ReadOnlyMemory<byte>.Empty, "x.png")).Message
        );

    [Theory]
    [InlineData("just some text, long enough to be sniffed at")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><rect width=\"8\" height=\"8\"/></svg>")]
    [InlineData("P3 1 1 255 1 2 3")]
    [InlineData("%PDF-1.7 something that calls itself a document")]
    public void File_OfAnotherKind_IsRefusedWithTheKindsThatAreRead(string content)
    {
        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(Encoding.UTF8.GetBytes(content), "notes.png"));
        Assert.Equal("notes.png is not an image SsFer can read (PNG, JPEG, WebP, GIF, TIFF), or its header is damaged", e.Message);
    }

    [Theory]
    [InlineData("BM\u0001\u0002\u0003\u0004 a bitmap", "BMP")]
    [InlineData("P6 2 2 255 123456789012", "PGM or PPM")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "HEIC or AVIF")]
    [InlineData("\0\0\0\u000CjP  \r\n", "JPEG 2000")]
    public void File_OfAKindThatIsNotRead_IsRefusedByItsName(string content, string kind)
    {
        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(Encoding.Latin1.GetBytes(content), "a.png"));
        Assert.Equal(
            $"a.png is a {kind} file, which SsFer does not read: convert it to PNG, or another of PNG, JPEG, WebP, GIF, TIFF",
            e.Message
        );
    }

    [Theory]
    [InlineData("jpeg", "is damaged or cut short")]
    [InlineData("png", "is damaged or cut short")]
    // Its header holds the length
    [InlineData("webp", "is not an image SsFer can read (PNG, JPEG, WebP, GIF, TIFF), or its header is damaged")]
    public void File_CutShort_IsRefused(string format, string reason)
    {
        var bytes = Made.Encode(Made.From(128, 128, (x, y) => ((byte)(x * 37 ^ y * 11), (byte)(x * y), (byte)(x ^ y))), image =>
            format switch
            {
                "jpeg" => image.JpegsaveBuffer(q: 90),
                "png" => image.PngsaveBuffer(),
                _ => image.WebpsaveBuffer(q: 90),
            }
        );
        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(bytes.AsMemory(0, bytes.Length / 2), "half." + format));
        Assert.Equal($"half.{format} {reason}", e.Message);
    }
}
