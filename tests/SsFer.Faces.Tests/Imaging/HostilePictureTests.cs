using System.Buffers.Binary;
using System.IO.Compression;
using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

/// <summary>Files that are small and ask for much: what decoders do not need does not reach them, what is too much is refused.</summary>
public sealed class HostilePictureTests
{
    private readonly PictureDecoder _decoder = new();

    [Theory]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    [InlineData("tEXt")]
    [InlineData("iCCP")]
    [InlineData("eXIf")]
    [InlineData("fdAT")]
    [InlineData("prVt")]
    public void Png_FullOfChunksThatPixelsDoNotNeed_ReachesTheDecoderWithoutThem(string type)
    {
        var picture = Made.Gradient(31, 17);
        var plain = picture.EncodePng();
        byte[] payload = [.. "Title\0\0"u8, .. Deflated(new byte[8 << 20])];
        var chunks = Enumerable.Repeat(Made.Chunk(type, payload), 400).SelectMany(chunk => chunk);
        byte[] bomb = [.. plain[..33], .. chunks, .. plain[33..]];

        var file = _decoder.Open(bomb, "x.png");

        Assert.InRange(bomb.Length, 3_000_000, int.MaxValue);
        Assert.Equal(_decoder.Open(plain, "x.png").Content.ToArray(), file.Content.ToArray());
        Assert.InRange(file.Content.Length, 1, plain.Length);
        Assert.Equal(picture.PixelHash(), _decoder.Decode(bomb, "x.png").PixelHash());
    }

    /// <summary>Unpacking one is work; a file of thousands would be minutes of it.</summary>
    [Fact]
    public void Png_OfManyProfiles_HasItsFirstLookedAtAlone()
    {
        var plain = Made.Gradient(31, 17).EncodePng();
        byte[] tooLarge = [.. "p\0\0"u8, .. Deflated(new byte[8 << 20])];
        byte[] small = [.. "p\0\0"u8, .. Deflated(new byte[200])];
        byte[] file = [.. plain[..33], .. Made.Chunk("iCCP", tooLarge), .. Made.Chunk("iCCP", small), .. plain[33..]];

        Assert.Equal(_decoder.Open(plain, "x.png").Content.ToArray(), _decoder.Open(file, "x.png").Content.ToArray());
    }

    [Theory]
    [InlineData(0xE1)]
    [InlineData(0xE2)]
    [InlineData(0xED)]
    [InlineData(0xFE)]
    public void Jpeg_FullOfSegmentsThatPixelsDoNotNeed_ReachesTheDecoderWithoutThem(int marker)
    {
        var plain = Made.Encode(Made.Gradient(40, 30), image => image.JpegsaveBuffer(keep: Enums.ForeignKeep.None));
        var content = new byte[60_000];
        "ICC_PROFILE\0"u8.CopyTo(content);
        byte[] segment = [0xFF, (byte)marker, .. BigEndian(60_002), .. content];
        byte[] bomb = [.. plain[..2], .. Enumerable.Repeat(segment, 100).SelectMany(each => each), .. plain[2..], .. new byte[100_000]];

        var file = _decoder.Open(bomb, "x.jpg");

        Assert.Equal(plain, file.Content.ToArray());
        Assert.Equal(_decoder.Decode(plain, "x").PixelHash(), _decoder.Decode(bomb, "x").PixelHash());
    }

    [Theory]
    [InlineData("EXIF")]
    [InlineData("XMP ")]
    [InlineData("ICCP")]
    [InlineData("junk")]
    public void Webp_FullOfChunksThatPixelsDoNotNeed_ReachesTheDecoderWithoutThem(string type)
    {
        var plain = Made.Encode(Made.Gradient(40, 30), image => image.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None));
        byte[] extension = [.. "VP8X"u8, 10, 0, 0, 0, 0x2C, 0, 0, 0, 39, 0, 0, 29, 0, 0];
        byte[] chunk = [.. System.Text.Encoding.ASCII.GetBytes(type), .. LittleEndian(3_000_000), .. new byte[3_000_000]];
        byte[] body = [.. "WEBP"u8, .. extension, .. chunk, .. plain[12..]];
        byte[] bomb = [.. "RIFF"u8, .. LittleEndian(body.Length), .. body];

        var file = _decoder.Open(bomb, "x.webp");

        Assert.InRange(file.Content.Length, 1, plain.Length + extension.Length + 1);
        Assert.Equal(_decoder.Decode(plain, "x").PixelHash(), _decoder.Decode(bomb, "x").PixelHash());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Webp_OfFewBytesThatAnnouncesMillionsOfPixels_IsRefusedHoweverItIsPadded(int padding)
    {
        byte[] bits = [0x2F, .. LittleEndian(7999 | (4999 << 14)), .. new byte[200]];
        byte[] body = [.. "WEBPVP8L"u8, .. LittleEndian(bits.Length), .. bits, 0];
        byte[] junk = padding == 0 ? [] : [.. "junk"u8, .. LittleEndian(padding), .. new byte[padding]];
        byte[] bomb = [.. "RIFF"u8, .. LittleEndian(body.Length + junk.Length), .. body, .. junk];

        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(bomb, "x.webp"));

        Assert.Equal($"x.webp announces 8000 x 5000 pixels in {body.Length + 8} bytes, which can be no photograph", e.Message);
        Assert.True(e.IsOverBudget);
    }

    [Fact]
    public void Tiff_OfManyPages_ReachesTheDecoderAsOne()
    {
        var picture = Made.Gradient(20, 10);
        var bytes = Made.Encode(picture, image => image.TiffsaveBuffer()).ToList();
        var first = BitConverter.ToInt32([.. bytes[4..8]]);
        var entries = BitConverter.ToUInt16([.. bytes[first..(first + 2)]]);
        var directory = bytes[first..(first + 2 + (12 * entries))];
        var next = first + 2 + (12 * entries);
        for (var page = 0; page < 2000; page++)
        {
            bytes.RemoveRange(next, 4);
            bytes.InsertRange(next, BitConverter.GetBytes(bytes.Count + 4));
            next = bytes.Count + directory.Count;
            bytes.AddRange([.. directory, 0, 0, 0, 0]);
        }

        using (var stored = Image.NewFromBuffer([.. bytes]))
        {
            Assert.Equal(2001, stored.Get("n-pages"));
        }

        using var seen = Image.NewFromBuffer(_decoder.Open(bytes.ToArray(), "x.tif").Content.Span);
        Assert.False(seen.Contains("n-pages") && seen.Get("n-pages") is not 1);
        Assert.Equal(picture.PixelHash(), _decoder.Decode(bytes.ToArray(), "x.tif").PixelHash());
    }

    [Fact]
    public void Tiff_OfFloatingPointAndFiveChannels_IsRefusedForItsBytesAndNotItsPixels()
    {
        var bytes = Made.Encode(
            image => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
            1000,
            1000,
            [1, 2, 3, 4, 5],
            Enums.BandFormat.Float,
            Enums.Interpretation.Multiband
        );
        var strict = new PictureDecoder(new ImageBudget { MaxDecodedBytes = 40_000_000 });

        Assert.Equal((5, 4), (_decoder.Open(bytes, "x").Header.Bands, _decoder.Open(bytes, "x").Header.BytesPerSample));
        var e = Assert.Throws<UnreadablePictureException>(() => strict.Decode(bytes, "x.tif"));
        Assert.StartsWith("x.tif announces 1000 x 1000 pixels that take 43", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3 + 6)]
    public void Png_Interlaced_IsHeldAgainstTheBudgetWithAllItsRows(byte interlace, int bytesPerPixel)
    {
        var png = Made.PngAnnouncing(1000, 1000);
        (png[24], png[28]) = (16, interlace);

        Assert.Equal((bytesPerPixel * 1_000_000L) + (2 * png.Length), _decoder.Open(png, "x.png").WorkingBytes);
    }

    [Fact]
    public void Jpeg_OfManyScans_IsRefused()
    {
        var plain = Made.Encode(Made.Gradient(64, 64), image => image.JpegsaveBuffer(interlace: true));
        var last = plain.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        var scan = plain[last..^2];
        byte[] bomb = [.. plain[..^2], .. Enumerable.Repeat(scan, 60).SelectMany(each => each), .. plain[^2..]];

        var file = _decoder.Open(plain, "x.jpg");
        Assert.InRange(file.Header.Scans, 5, 20);
        Assert.InRange(file.WorkingBytes, 64 * 64 * (3 + 3), 64 * 64 * (3 + 6) + (2 * plain.Length)); // coefficients of all blocks
        var e = Assert.Throws<UnreadablePictureException>(() => _decoder.Decode(bomb, "x.jpg"));
        Assert.Equal($"x.jpg has {file.Header.Scans + 60} scans, over the limit of 50", e.Message);
    }

    [Fact]
    public void Format_ThatIsNotTaken_IsRefusedByName()
    {
        var strict = new PictureDecoder(new ImageBudget { Formats = PictureFormats.Common });
        var gif = Made.Encode(Made.Gradient(8, 8), image => image.GifsaveBuffer());

        var e = Assert.Throws<UnreadablePictureException>(() => strict.Decode(gif, "x.gif"));

        Assert.Equal("x.gif is GIF, which is not taken here: send PNG, JPEG, WebP", e.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Decoding_ThatIsCancelled_Stops(int orientation)
    {
        var bytes = Made.Encode(Made.Gradient(400, 300), image =>
        {
            using var tagged = image.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));
            return tagged.JpegsaveBuffer();
        });
        var file = _decoder.Open(bytes, "x.jpg");

        Assert.Equal(orientation, file.Header.Orientation);
        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.Decode(file, new CancellationToken(canceled: true)));
        Assert.Equal(orientation > 4 ? 300 : 400, _decoder.Decode(file, CancellationToken.None).Width);
    }

    private static byte[] Deflated(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.SmallestSize))
        {
            zlib.Write(content);
        }

        return memory.ToArray();
    }

    private static byte[] BigEndian(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] LittleEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
