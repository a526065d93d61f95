using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

/// <summary>Boxes that are read in a format or in units they are not in: rows prove it, and the import is refused as a whole.</summary>
public sealed class BoxFormatTests : IDisposable
{
    private const int Side = 100; // of every picture
    private static readonly CsvColumns Columns = new()
    {
        Image = "image",
        Label = "label",
        Box = ["a", "b", "c", "d"],
    };

    /// <summary>Left, top, width, height of faces as photographs have them.</summary>
    private static readonly (double X, double Y, double Width, double Height)[] Faces =
    [
        (10, 12, 40, 50),
        (50, 40, 30, 34),
        (30, 20, 60, 70),
        (5, 5, 90, 90),
        (62, 55, 30, 40),
        (20, 60, 35, 38),
    ];

    private readonly Workbench _bench = new();

    public BoxFormatTests()
    {
        for (var i = 0; i < Faces.Length; i++)
        {
            _bench.Material.Write($"pics/p{i}.png", TestMaterial.Png(i, Side));
        }
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(BoxFormat.Xywh, BoxFormat.Xyxy)]
    [InlineData(BoxFormat.Xywh, BoxFormat.Cxcywh)]
    [InlineData(BoxFormat.Xyxy, BoxFormat.Xywh)]
    [InlineData(BoxFormat.Xyxy, BoxFormat.Cxcywh)]
    [InlineData(BoxFormat.Cxcywh, BoxFormat.Xyxy)]
    [InlineData(BoxFormat.Cxcywh, BoxFormat.Xywh)]
    public async Task Import_BoxesReadInAnotherFormat_AreRefusedWithTheOneTheyAreIn(BoxFormat actual, BoxFormat said)
    {
        foreach (var share in (bool[])[false, true])
        {
            var table = Table(actual, share ? 1.0 / Side : 1);

            var message = await _bench.FailAsync(Importer(table, Columns with { BoxFormat = said }));

            Assert.StartsWith($"the boxes are not {NameOf(said)}: ", message, StringComparison.Ordinal);
            Assert.Contains(
                $"give --box-format {NameOf(actual)} (over HTTP boxFormat={NameOf(actual)})",
                message,
                StringComparison.Ordinal
            );
            Assert.Contains("of 'pics/p", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(BoxFormat.Xyxy)]
    [InlineData(BoxFormat.Xywh)]
    [InlineData(BoxFormat.Cxcywh)]
    public async Task Import_BoxesReadInTheirFormat_AreThoseOfTheFaces(BoxFormat format)
    {
        foreach (var share in (bool[])[false, true])
        {
            var (manifest, items) = await _bench.ImportAllAsync(
                Importer(Table(format, share ? 1.0 / Side : 1), Columns with { BoxFormat = format })
            );

            Assert.Empty(manifest.Rejected);
            Assert.Equal(
                Faces.Select(face => $"{face.X} {face.Y} {face.X + face.Width} {face.Y + face.Height}"),
                items.Select(item => string.Join(' ', item.Box!.Select(number => MathF.Round(number, 2))))
            );
        }
    }

    [Theory]
    [InlineData(
        BoxUnits.Shares,
        1,
        "the boxes are not in shares of their pictures: 6 of 6",
        "give --box-units pixels (over HTTP boxUnits="
    )]
    [InlineData(
        BoxUnits.Pixels,
        0.01,
        "the boxes are not in pixels: 6 of 6 have numbers such as 0.1 0.12 0.4 0.5",
        "give --box-units shares"
    )]
    public async Task Import_BoxesInOtherUnitsThanSaid_AreRefusedWithTheOnesTheyAreIn(
        BoxUnits said,
        double scale,
        string fault,
        string cure
    )
    {
        var columns = Columns with { BoxFormat = BoxFormat.Xywh, BoxUnits = said };

        var message = await _bench.FailAsync(Importer(Table(BoxFormat.Xywh, scale), columns));

        Assert.StartsWith(fault, message, StringComparison.Ordinal);
        Assert.Contains("('t.csv' line 2)", message, StringComparison.Ordinal);
        Assert.Contains(cure, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OneDamagedBoxAmongMany_IsLeftOutAlone()
    {
        var rows = Rows(BoxFormat.Xyxy, 1);
        rows[3] = "p3.png,1,80,80,20,20";
        var table = _bench.WriteLines("t.csv", ["image,label,a,b,c,d", .. rows]);

        var manifest = await _bench.ImportAsync(Importer(table, Columns));

        Assert.Equal(["pics/p3.png: its box has no area: 80 80 20 20"], Workbench.Rejections(manifest));
    }

    /// <summary>Small faces in the middle fit in every format, so that one damaged row proves nothing.</summary>
    [Fact]
    public async Task Import_OneDamagedBoxAmongSmallFaces_IsLeftOutAlone()
    {
        var rows = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            _bench.Material.Write($"pics/s{i}.png", TestMaterial.Png(40 + i, Side));
            rows.Add(i == 7 ? "s7.png,1,80,80,20,20" : $"s{i}.png,1,35,35,60,60");
        }

        var manifest = await _bench.ImportAsync(Importer(_bench.WriteLines("t.csv", ["image,label,a,b,c,d", .. rows]), Columns));

        Assert.Contains("pics/s7.png: its box has no area: 80 80 20 20", Workbench.Rejections(manifest));
    }

    [Fact]
    public async Task Import_OneNumberOfPixelsAmongShares_IsLeftOutAlone()
    {
        var rows = Rows(BoxFormat.Xywh, 0.01);
        rows[3] = "p3.png,1,5,5,90,90";
        var table = _bench.WriteLines("t.csv", ["image,label,a,b,c,d", .. rows]);

        var manifest = await _bench.ImportAsync(Importer(table, Columns with { BoxFormat = BoxFormat.Xywh }));

        Assert.Equal(["t.csv line 5: 'p3.png': its box is not in shares of the picture"], Workbench.Rejections(manifest));
    }

    private string Table(BoxFormat format, double scale) => _bench.WriteLines("t.csv", ["image,label,a,b,c,d", .. Rows(format, scale)]);

    private static string[] Rows(BoxFormat format, double scale) =>
        [
            .. Faces.Select(
                (face, i) => $"p{i}.png,{i % 2},{string.Join(',', Numbers(face, format).Select(number => Text(number * scale)))}"
            ),
        ];

    private static double[] Numbers((double X, double Y, double Width, double Height) face, BoxFormat format) =>
        format switch
        {
            BoxFormat.Xyxy => [face.X, face.Y, face.X + face.Width, face.Y + face.Height],
            BoxFormat.Xywh => [face.X, face.Y, face.Width, face.Height],
            _ => [face.X + (face.Width / 2), face.Y + (face.Height / 2), face.Width, face.Height],
        };

    private static string Text(double number) => FormattableString.Invariant($"{Math.Round(number, 6)}");

    private static string NameOf(BoxFormat format) => format.ToString().ToLowerInvariant();

    private CsvImporter Importer(string table, CsvColumns columns) => new([_bench.Material.Path("pics")], table, columns);
}
