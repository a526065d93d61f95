using NetVips;
using SsFer.Faces.Imaging;
using SsFer.Importing.Folders;

namespace SsFer.Importing.Tests;

/// <summary>One picture in every way it may be stored: the import takes it as the same, or nearly the same, pixels.</summary>
public sealed class PixelFormatTests : IDisposable
{
    private const int Width = 24;
    private const int Height = 16;
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("rgb.png", 0)]
    [InlineData("deep.png", 0)]
    [InlineData("alpha.png", 0)]
    [InlineData("palette.png", 0)]
    [InlineData("turned.png", 0)]
    [InlineData("lossless.webp", 0)]
    [InlineData("deep.tiff", 0)]
    [InlineData("cmyk.jpg", 40)]
    [InlineData("turned.jpg", 12)]
    public async Task Import_ColourInAnyFormat_HasTheSamePixels(string name, int tolerance)
    {
        using var colour = Bars(grey: false);

        await CheckAsync(name, colour, tolerance);
    }

    [Theory]
    [InlineData("grey.png")]
    [InlineData("grey-deep.png")]
    [InlineData("grey-alpha.png")]
    public async Task Import_GreyInAnyFormat_HasThePixelsInThreeChannels(string name)
    {
        using var grey = Bars(grey: true);

        await CheckAsync(name, grey, 0);
    }

    private async Task CheckAsync(string name, Image picture, int tolerance)
    {
        using var three = picture.Bands == 1 ? picture.Bandjoin(picture, picture) : picture.Copy();
        var expected = three.WriteToMemory<byte>();
        _bench.Material.Write($"set/happy/{name}", Encode(name, picture));

        var manifest = await _bench.ImportAsync(new FoldersImporter([_bench.Material.Path("set")]));

        Assert.Empty(manifest.Rejected);
        var all = await _bench.Material.ReadAllAsync(_bench.Store, manifest, TestContext.Current.CancellationToken);
        var read = new PictureDecoder().Decode(Assert.Single(all).Content, name);
        Assert.Equal((Width, Height), (read.Width, read.Height));
        Assert.InRange(expected.Zip(read.Pixels.ToArray(), (one, other) => Math.Abs(one - other)).Max(), 0, tolerance);
        Assert.Equal(read.PixelHash(), all[0].Entry.Item.PixelHash);
    }

    private static byte[] Encode(string name, Image picture)
    {
        using var copy = picture.CopyMemory();
        return name switch
        {
            "deep.png" => Deep(copy).PngsaveBuffer(bitdepth: 16),
            "grey-deep.png" => Deep(copy).PngsaveBuffer(bitdepth: 16),
            "deep.tiff" => Deep(copy).TiffsaveBuffer(),
            "alpha.png" or "grey-alpha.png" => copy.Bandjoin(255).PngsaveBuffer(),
            "palette.png" => copy.PngsaveBuffer(palette: true, dither: 0),
            "lossless.webp" => copy.WebpsaveBuffer(lossless: true),
            "cmyk.jpg" => copy.Colourspace(Enums.Interpretation.Cmyk).JpegsaveBuffer(q: 100),
            "turned.png" => Turned(copy).PngsaveBuffer(),
            "turned.jpg" => Turned(copy).JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off),
            _ => copy.PngsaveBuffer(),
        };
    }

    private static Image Deep(Image picture) =>
        picture.Colourspace(picture.Bands == 1 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);

    /// <summary>Stored on its side; its EXIF says that it stands upright once it is turned right by 90 degrees.</summary>
    private static Image Turned(Image upright) => upright.Rot270().Mutate(picture => picture.Set(GValue.GIntType, "orientation", 6));

    /// <summary>Eight bars of quiet colours, brighter from left to right.</summary>
    private static Image Bars(bool grey)
    {
        var bands = grey ? 1 : 3;
        var pixels = Enumerable
            .Range(0, Width * Height)
            .SelectMany(i => Enumerable.Range(0, bands).Select(band => (byte)(70 + (14 * (i % Width / 3)) + (8 * band))));
        using var memory = Image.NewFromMemory([.. pixels], Width, Height, bands, Enums.BandFormat.Uchar);
        return memory.Copy(interpretation: grey ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb).CopyMemory();
    }
}
