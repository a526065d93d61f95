using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

public sealed class PictureDecoderTests
{
    private readonly PictureDecoder _decoder = new();

    [Fact]
    public void Png_Colour_KeepsEveryPixel()
    {
        var picture = Made.Gradient(31, 17);
        Assert.Equal(picture.PixelHash(), _decoder.Decode(picture.EncodePng(), "x.png").PixelHash());
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("tiff")]
    public void Format_OfTheKnownOnes_ComesBackAlike(string format)
    {
        var picture = Made.Gradient(32, 32);
        var bytes = Made.Encode(picture, image => format switch
            {
                "jpeg" => image.JpegsaveBuffer(q: 95),
                "webp" => image.WebpsaveBuffer(lossless: true),
                "gif" => image.GifsaveBuffer(),
                _ => image.TiffsaveBuffer(),
            });
        Assert.InRange(MeanDifference(picture, _decoder.Decode(bytes, "x." + format)), 0, 8);
    }

    [Fact]
    public void Png_Grey_IsRepeatedToThreeChannels()
    {
        var bytes = Made.Encode(image => image.PngsaveBuffer(), 5, 4, [77], Enums.BandFormat.Uchar, Enums.Interpretation.Bw);
        AssertUniform(_decoder.Decode(bytes, "x.png"), 5, 4, 77, 77, 77, within: 0);
    }

    [Fact]
    public void Png_SixteenBit_IsScaledToEight()
    {
        var bytes = Made.Encode(
            image => image.PngsaveBuffer(bitdepth: 16),
            4,
            4,
            [200 * 257, 100 * 257, 50 * 257],
            Enums.BandFormat.Ushort,
            Enums.Interpretation.Rgb16
        );
        AssertUniform(_decoder.Decode(bytes, "x.png"), 4, 4, 200, 100, 50, within: 1);
    }

    [Fact]
    public void Png_SixteenBitGrey_IsScaledToEight()
    {
        var bytes = Made.Encode(
            image => image.PngsaveBuffer(bitdepth: 16),
            4,
            4,
            [200 * 257],
            Enums.BandFormat.Ushort,
            Enums.Interpretation.Grey16
        );
        AssertUniform(_decoder.Decode(bytes, "x.png"), 4, 4, 200, 200, 200, within: 1);
    }

    [Theory]
    [InlineData(255, 200)]
    [InlineData(0, 128)]
    [InlineData(127, 164)]
    public void Png_Transparent_IsLaidOverMidGrey(int alpha, int expected)
    {
        var bytes = Made.Encode(
            image => image.PngsaveBuffer(),
            4,
            4,
            [200, 200, 200, alpha],
            Enums.BandFormat.Uchar,
            Enums.Interpretation.Srgb
        );
        AssertUniform(_decoder.Decode(bytes, "x.png"), 4, 4, expected, expected, expected, within: 1);
    }

    [Fact]
    public void Png_SixteenBitTransparent_IsLaidOverMidGrey()
    {
        var bytes = Made.Encode(
            image => image.PngsaveBuffer(bitdepth: 16),
            4,
            4,
            [200 * 257, 200 * 257, 200 * 257, 127 * 257],
            Enums.BandFormat.Ushort,
            Enums.Interpretation.Rgb16
        );
        AssertUniform(_decoder.Decode(bytes, "x.png"), 4, 4, 164, 164, 164, within: 1);
    }

    [Fact]
    public void Jpeg_Cmyk_BecomesRgb()
    {
        // No ink is white; full black ink is near black whatever the profile.
        var white = Made.Encode(
            image => image.JpegsaveBuffer(q: 95),
            16,
            16,
            [0, 0, 0, 0],
            Enums.BandFormat.Uchar,
            Enums.Interpretation.Cmyk
        );
        var black = Made.Encode(
            image => image.JpegsaveBuffer(q: 95),
            16,
            16,
            [255, 255, 255, 255],
            Enums.BandFormat.Uchar,
            Enums.Interpretation.Cmyk
        );
        AssertUniform(_decoder.Decode(white, "x.jpg"), 16, 16, 255, 255, 255, within: 8);
        AssertUniform(_decoder.Decode(black, "x.jpg"), 16, 16, 0, 0, 0, within: 48);
    }

    [Theory]
    [InlineData("cmyk", Enums.Interpretation.Cmyk, 4)]
    [InlineData("p3", Enums.Interpretation.Srgb, 3)]
    public void Jpeg_WithAProfile_ComesBackAsItsColours(string profile, Enums.Interpretation interpretation, int bands)
    {
        var bytes = Made.Encode(Made.From(16, 16, (_, _) => (180, 90, 60)), image =>
        {
            using var converted = image.IccTransform(profile, inputProfile: "srgb", intent: Enums.Intent.Relative, depth: 8);
            return converted.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off);
        });
        using (var stored = Image.NewFromBuffer(bytes))
        {
            Assert.True(stored.Contains("icc-profile-data"));
            Assert.Equal((interpretation, bands), (stored.Interpretation, stored.Bands));
        }

        AssertUniform(_decoder.Decode(bytes, "x.jpg"), 16, 16, 180, 90, 60, within: 6);
    }

    [Fact]
    public void Profile_ThatIsDamaged_IsIgnored() =>
        AssertUniform(
            _decoder.Decode(WithProfile([200, 100, 50], Enums.Interpretation.Srgb, "no profile at all"u8.ToArray()), "x.png"),
            4,
            4,
            200,
            100,
            50,
            within: 0
        );

    [Fact]
    public void Profile_OfAnotherKindOfPicture_IsIgnored()
    {
        VipsRuntime.Start();
        using var rgb = Image.Black(1, 1, bands: 3).Copy(interpretation: Enums.Interpretation.Srgb);
        using var tagged = rgb.IccTransform("p3", inputProfile: "srgb");
        AssertUniform(
            _decoder.Decode(WithProfile([77], Enums.Interpretation.Bw, (byte[])tagged.Get("icc-profile-data")), "x.png"),
            4,
            4,
            77,
            77,
            77,
            within: 0
        );
    }

    [Fact]
    public void Png_GreyTransparent_IsLaidOverMidGrey() =>
        AssertUniform(
            _decoder.Decode(
                Made.Encode(image => image.PngsaveBuffer(), 4, 4, [200, 127], Enums.BandFormat.Uchar, Enums.Interpretation.Bw),
                "x.png"
            ),
            4,
            4,
            164,
            164,
            164,
            within: 1
        );

    [Fact]
    public void Png_SixteenBitTransparentWithProfile_IsLaidOverMidGrey()
    {
        var bytes = Made.Encode(
            image =>
            {
                using var colour = image.ExtractBand(0, n: 3);
                using var alpha = image.ExtractBand(3);
                using var tagged = colour.IccTransform("srgb", inputProfile: "srgb", depth: 16);
                using var joined = tagged.Bandjoin(alpha);
                return joined.PngsaveBuffer(bitdepth: 16);
            },
            4,
            4,
            [200 * 257, 200 * 257, 200 * 257, 127 * 257],
            Enums.BandFormat.Ushort,
            Enums.Interpretation.Rgb16
        );
        AssertUniform(_decoder.Decode(bytes, "x.png"), 4, 4, 164, 164, 164, within: 2);
    }

    [Fact]
    public void Png_Palette_ComesBackAsItsColours()
    {
        var picture = Made.From(12, 12, (x, _) => x < 4 ? ((byte)250, (byte)10, (byte)20)
            : x < 8 ? ((byte)30, (byte)200, (byte)60)
            : ((byte)5, (byte)6, (byte)220));
        var bytes = Made.Encode(picture, image => image.PngsaveBuffer(palette: true, dither: 0));
        Assert.Equal(3, bytes[25]); // colour type of the header: indexed
        Assert.InRange(MeanDifference(picture, _decoder.Decode(bytes, "x.png")), 0, 1);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public void Animation_OfThreeFrames_GivesTheFirst(string format)
    {
        var frames = Made.From(16, 48, (_, y) => y < 16 ? ((byte)255, (byte)0, (byte)0)
            : y < 32 ? ((byte)0, (byte)255, (byte)0)
            : ((byte)0, (byte)0, (byte)255));
        var bytes = Made.Encode(frames, image =>
        {
            using var paged = image.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", 16));
            return format == "gif" ? paged.GifsaveBuffer() : paged.WebpsaveBuffer(lossless: true);
        });
        using (var stored = Image.NewFromBuffer(bytes))
        {
            Assert.Equal(3, stored.Get("n-pages"));
        }

        using (var seen = Image.NewFromBuffer(_decoder.Open(bytes, "x").Content.Span))
        {
            Assert.False(seen.Contains("n-pages") && seen.Get("n-pages") is not 1, "later frames reach no decoder");
        }

        AssertUniform(_decoder.Decode(bytes, "x." + format), 16, 16, 255, 0, 0, within: 8);
    }

    [Fact]
    public void Gif_Transparent_IsLaidOverMidGrey() =>
        AssertUniform(
            _decoder.Decode(
                Made.Encode(image => image.GifsaveBuffer(), 4, 4, [200, 200, 200, 0], Enums.BandFormat.Uchar, Enums.Interpretation.Srgb),
                "x.gif"
            ),
            4,
            4,
            128,
            128,
            128,
            within: 0
        );

    [Theory]
    [InlineData(1, 24, 16, "top-left")]
    [InlineData(2, 24, 16, "top-right")]
    [InlineData(3, 24, 16, "bottom-right")]
    [InlineData(4, 24, 16, "bottom-left")]
    [InlineData(5, 16, 24, "top-left")]
    [InlineData(6, 16, 24, "top-right")]
    [InlineData(7, 16, 24, "bottom-right")]
    [InlineData(8, 16, 24, "bottom-left")]
    public void Jpeg_WithExifOrientation_StandsUpright(int orientation, int width, int height, string whiteCorner)
    {
        var stored = Made.From(24, 16, (x, y) => x < 8 && y < 8 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0));
        var bytes = Made.Encode(stored, image =>
        {
            using var tagged = image.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));
            return tagged.JpegsaveBuffer(q: 100);
        });
        var picture = _decoder.Decode(bytes, "x.jpg");

        Assert.Equal((width, height), (picture.Width, picture.Height));
        var x = whiteCorner.EndsWith("left", StringComparison.Ordinal) ? 2 : width - 3;
        var y = whiteCorner.StartsWith("top", StringComparison.Ordinal) ? 2 : height - 3;
        Assert.InRange(picture.Pixels[(y * width + x) * 3], 240, 255);
        Assert.InRange(picture.Pixels[((height - 1 - y) * width + width - 1 - x) * 3], 0, 15);
    }

    [Fact]
    public void Decode_ManyAtOnce_GivesWhatOneAtATimeGives()
    {
        var files = Enumerable.Range(1, 64).Select(i => Made.Gradient(i * 3, 70 - i).EncodePng()).ToList();
        var alone = files.Select(file => _decoder.Decode(file, "x").PixelHash()).ToList();
        var together = files
            .AsParallel()
            .AsOrdered()
            .WithDegreeOfParallelism(8)
            .Select(file => _decoder.Decode(file, "x").PixelHash())
            .ToList();
        Assert.Equal(alone, together);
    }

    [Fact]
    public void Header_OfAPicture_IsReadWithoutItsPixels()
    {
        var bytes = Made.Gradient(31, 17).EncodePng();
        Assert.Equal(new PictureHeader(PictureFormats.Png, 31, 17, 3), _decoder.Open(bytes.AsMemory(0, 64), "cut.png").Header);
    }

    [Fact]
    public void Budget_NotPositive_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ImageBudget { MaxPixels = 0 });

    private static byte[] WithProfile(double[] bands, Enums.Interpretation interpretation, byte[] profile) =>
        Made.Encode(
            image =>
            {
                using var tagged = image.Mutate(mutable => mutable.Set(GValue.BlobType, "icc-profile-data", profile));
                return tagged.PngsaveBuffer();
            },
            4,
            4,
            bands,
            Enums.BandFormat.Uchar,
            interpretation
        );

    private static double MeanDifference(Picture expected, Picture actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        return Enumerable.Range(0, expected.Pixels.Length).Average(i => Math.Abs(expected.Pixels[i] - actual.Pixels[i]));
    }

    private static void AssertUniform(Picture picture, int width, int height, int red, int green, int blue, int within)
    {
        Assert.Equal((width, height), (picture.Width, picture.Height));
        for (var i = 0; i < picture.Pixels.Length; i += 3)
        {
            Assert.InRange(picture.Pixels[i], red - within, red + within);
            Assert.InRange(picture.Pixels[i + 1], green - within, green + within);
            Assert.InRange(picture.Pixels[i + 2], blue - within, blue + within);
        }
    }
}
