using System.Text;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Importing;
using SsFer.Importing.Folders;
using SsFer.Importing.Tables;

namespace SsFer.FaceDetection.Tests;

/// <summary>From pictures as cameras, printers and scanners encode them to prepared faces, through the importers.</summary>
[Trait("Category", "Slow")]
public sealed class PrepareEncodingsTests : IDisposable
{
    private const int Width = 64,
        Height = 96; // as viewers show it
    private const int Size = 32;
    private const int MidGrey = 128; // what shows through where a picture is transparent

    private static readonly (byte R, byte G, byte B)[] Quarters =
    [
        (190, 70, 60),
        (60, 130, 80),
        (70, 80, 150),
        (MidGrey, MidGrey, MidGrey),
    ];

    private readonly TestDataset _dataset = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _dataset.Dispose();

    [Fact]
    public async Task Prepare_TurnedCmykDeepAndTransparentPictures_StandUprightInTheirColours()
    {
        var picture = new Encoded(Width, Height, (x, y) => Quarters[QuarterOf(x, y)]);
        _dataset.Write("faces/happiness/ink.jpg", picture.Cmyk());
        _dataset.Write("faces/happiness/turned.jpg", picture.Turned());
        _dataset.Write("faces/neutral/deep.png", picture.SixteenBit());
        _dataset.Write("faces/neutral/glass.png", picture.Transparent((x, y) => QuarterOf(x, y) == 3));
        await new FoldersImporter([_dataset.Material("faces")]).ImportAsync(
            _dataset.Store,
            TestDataset.Name,
            new ImportOptions(),
            null,
            Token
        );

        var manifest = await PrepareAsync(new PreparationOptions { Size = Size, Detector = DetectorChoice.None });

        Assert.Empty(manifest.Rejected);
        var faces = await _dataset.ReadAsync(manifest, Token);
        Assert.Equal(
            [
                ("happiness", "faces/happiness/ink.jpg"),
                ("happiness", "faces/happiness/turned.jpg"),
                ("neutral", "faces/neutral/deep.png"),
                ("neutral", "faces/neutral/glass.png"),
            ],
            faces.Select(face => (face.Item.Label!, face.Item.Source))
        );
        Assert.All(faces, face =>
        {
            Assert.Equal((Size, Size), (face.Picture.Width, face.Picture.Height));
            foreach (var (quarter, colour) in Quarters.Index())
            {
                AssertColour(face, Size / 4 + quarter % 2 * Size / 2, Size / 4 + quarter / 2 * Size / 2, colour);
            }
        });
    }

    /// <summary>The box lies beyond the rows that the file stores: only in the upright picture is there a face in it.</summary>
    [Fact]
    public async Task Prepare_CsvBoxOfATurnedPicture_IsThatOfTheUprightPicture()
    {
        (byte, byte, byte) wall = (40, 60, 90),
            skin = (210, 160, 130);
        var portrait = new Encoded(200, 300, (x, y) => x is >= 100 and < 160 && y is >= 205 and < 265 ? skin : wall);
        _dataset.Write("photographs/portrait.jpg", portrait.Turned());
        var table = _dataset.Write(
            "boxes.csv",
            Encoding.UTF8.GetBytes("file,expression,left,top,right,bottom\nportrait.jpg,happiness,100,205,160,265\n")
        );
        var columns = new CsvColumns
        {
            Image = "file",
            Label = "expression",
            Box = ["left", "top", "right", "bottom"],
        };
        await new CsvImporter([_dataset.Material("photographs")], table, columns).ImportAsync(
            _dataset.Store,
            TestDataset.Name,
            new ImportOptions(),
            null,
            Token
        );

        // Half the box on each side: the face takes the middle half of the square that is cut out.
        var manifest = await PrepareAsync(
            new PreparationOptions
            {
                Size = Size,
                Detector = DetectorChoice.Annotated,
                Margin = 0.5f,
            }
        );

        Assert.Empty(manifest.Rejected);
        var face = Assert.Single(await _dataset.ReadAsync(manifest, Token));
        Assert.Equal([8, 8, 24, 24], face.Item.Box!, (a, b) => Math.Abs(a - b) < 1e-3f);
        foreach (var (x, y) in ((int, int)[])[(10, 10), (21, 10), (10, 21), (21, 21)])
        {
            AssertColour(face, x, y, skin);
        }

        foreach (var (x, y) in ((int, int)[])[(16, 5), (5, 16), (26, 16), (16, 26)])
        {
            AssertColour(face, x, y, wall);
        }
    }

    private static int QuarterOf(int x, int y) => (y < Height / 2 ? 0 : 2) + (x < Width / 2 ? 0 : 1);

    private static void AssertColour((DatasetItem Item, Picture Picture) face, int x, int y, (byte R, byte G, byte B) expected)
    {
        const int Within = 12; // inks and back move mid-grey by nine
        var pixel = face.Picture.Pixels.Slice((y * face.Picture.Width + x) * 3, 3);
        Assert.True(
            Math.Abs(pixel[0] - expected.R) <= Within
                && Math.Abs(pixel[1] - expected.G) <= Within
                && Math.Abs(pixel[2] - expected.B) <= Within,
            $"{face.Item.Source} is {(pixel[0], pixel[1], pixel[2])} at ({x}, {y}) instead of {expected}"
        );
    }

    private Task<DatasetManifest> PrepareAsync(PreparationOptions options) =>
        _dataset.Preparation.RunAsync(TestDataset.Name, options, null, Token);
}
