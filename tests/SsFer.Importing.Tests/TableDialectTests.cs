using System.Text;
using SsFer.Importing.Labels;
using SsFer.Importing.Tables;
using SsFer.Importing.Text;

namespace SsFer.Importing.Tests;

/// <summary>Tables as programs and people write them: each is read as it was meant, or refused by the line.</summary>
public sealed class TableDialectTests : IDisposable
{
    private static readonly CsvColumns Columns = new() { Image = "image", Label = "label" };
    private readonly Workbench _bench = new();

    public TableDialectTests()
    {
        for (var i = 0; i < 4; i++)
        {
            _bench.Material.Write($"pics/p{i}.png", TestMaterial.Png(i));
        }
    }

    private string Pictures => _bench.Material.Path("pics");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("image;label;note\r\np0.png;Ärger;\"one\r\ntwo; \"\"x\"\"\"\r\np1.png;Freude;\r\n", "utf-8")]
    [InlineData("image\tlabel\r\np0.png\tÄrger\r\np1.png\tFreude\r\n", "utf-16")]
    [InlineData("image,label\rp0.png,Ärger\rp1.png,Freude\r", "utf-8")]
    [InlineData("image|label|note\np0.png|Ärger|a, b, c\np1.png|Freude|d\n", "utf-8")]
    [InlineData("sep=;\r\nimage;label\r\np0.png;Ärger\r\np1.png;Freude\r\n", "utf-8")]
    [InlineData("image;label;note\np0.png;Ärger;a, b, c, d, e\np1.png;Freude;a, b, c\n", "utf-8")]
    [InlineData("image , label\n p0.png , Ärger \np1.png,\" Freude \"\n", "utf-8")]
    [InlineData("image,label\nP0.PNG,Ärger\np1.PNG,Freude\n", "utf-8")]
    [InlineData("image,label\np0,Ärger\np1,Freude\n", "utf-8")]
    [InlineData("image,label\nC:\\data\\pics\\p0.png,Ärger\nC:\\data\\pics\\p1.png,Freude\n", "utf-8")]
    [InlineData("\n\nimage,label\np0.png,Ärger\n\np1.png,Freude\n", "utf-8")]
    public async Task Import_Dialect_IsReadAsMeant(string text, string encoding)
    {
        var coding = Encoding.GetEncoding(encoding);
        var table = _bench.Material.Write("t.csv", [.. coding.GetPreamble(), .. coding.GetBytes(text)]);

        var (manifest, items) = await _bench.ImportAllAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal(["Freude", "Ärger"], manifest.Classes);
        Assert.Equal(["Ärger", "Freude"], items.Select(item => item.Label));
    }

    [Theory]
    [InlineData("image,label\np0.png,a\np1.png,\"b\np2.png,a\np3.png,b\n", "line 3: a quote begins here that is never closed")]
    [InlineData("image,label\np0.png,\"a\np1.png,\"b\"\np2.png,a\n", "line 2: a quote begins here that is never closed")]
    [InlineData("image,label\np0.png,a\np1.png,\"b\np2.png,a\"\n", "line 3: the cell under 'label' goes over more than one line")]
    [InlineData("image,label\np0.png,a\np1.png,\"b", "line 3: a quote begins here that is never closed")]
    [InlineData("image,label\np0.png,a\np1.png,a\"\n", "line 3: the cell under 'label' reads a\": put quotes (\") on both its sides")]
    [InlineData("image,label\np0.png,a\np1.png,'b'\n", "line 3: the cell under 'label' reads 'b': put quotes (\") on both its sides")]
    [InlineData("image,label\np0.png,a\np1.png,\u201Cb\u201D\n", "line 3: the cell under 'label' reads \u201Cb\u201D: put quotes")]
    [InlineData("image,label\np0.png,a\np1.png,5\" b\n", "line 3: the cell under 'label' reads 5\" b: put quotes")]
    [InlineData("image,label\np0.png,a\np1.png\",b\n", "line 3: the cell under 'image' reads p1.png\": put quotes")]
    [InlineData("image,label\np0.png,a\np1.png,\"\"\"b\"\"\"\n", "line 3: the cell under 'label' reads \"b\": put quotes")]
    [InlineData("image;label\np0.png;a\np1.png;\"b\" c\"\n", "line 3: the cell under 'label' reads ")]
    [InlineData("image,label,label\np0.png,a,x\n", "has the column 'label' twice, as columns 2 and 3")]
    [InlineData("image,label\np0.png,a\n\0\0\0", "line 3 holds NUL characters")]
    [InlineData("image,label\np0.png,M\uFFFDdchen\n", "line 2: 'M\uFFFDdchen' was damaged")]
    public async Task Import_DamagedTable_IsRefusedByLine(string text, string expected)
    {
        var table = _bench.Material.Write("t.csv", Encoding.UTF8.GetBytes(text));

        Assert.Contains(expected, await _bench.FailAsync(new CsvImporter([Pictures], table, Columns)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image,label\np0.png,a\np1.png,b, c\np2.png,a,,\n", "line 3: has 3 cells under 2 columns: put a cell that holds ','")]
    [InlineData("image,label\np0.png,a\n0,p1.png,b\np2.png,a\n", "line 3: has 3 cells under 2 columns: put a cell that holds ','")]
    [InlineData("label;image\na;p0.png\nb;p1.png;;x\na;p2.png\n", "line 3: has 4 cells under 2 columns: put a cell that holds ';'")]
    public async Task Import_RowWithMoreCellsThanColumns_IsLeftOutByLine(string text, string expected)
    {
        var table = _bench.Material.Write("t.csv", Encoding.UTF8.GetBytes(text));

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal(["a"], manifest.Classes);
        Assert.Equal(2, manifest.Counts["train"]["a"]);
        Assert.Contains(Workbench.Rejections(manifest), reason => reason.StartsWith($"t.csv {expected}", StringComparison.Ordinal));
        Assert.Equal("3", manifest.Provenance["rows"]);
    }

    [Fact]
    public async Task Import_PictureWhoseRowIsLeftOut_IsNotSaidToHaveNoRow()
    {
        var table = _bench.WriteLines("t.csv", "image,label", "p0.png,a", "p1.png,b,c", "p2.png,a");

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal("pics/p3.png: no row in the table", Assert.Single(Workbench.Rejections(manifest), Names("no row")));

        static Predicate<string> Names(string what) => text => text.Contains(what, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004 a workbook", "is no text but a workbook (Excel, LibreOffice) or an archive: save the sheet as CSV")]
    [InlineData("\u00D0\u00CF\u0011\u00E0 an old one", "is no text but a workbook (Excel, LibreOffice) or an archive: save the sheet")]
    [InlineData("\u001F\u008B packed", "is no text but packed with gzip: unpack it (gunzip) and give the text")]
    public async Task Import_FileThatIsNoText_IsRefusedWithTheCure(string content, string expected)
    {
        var table = _bench.Material.Write("t.csv", Encoding.Latin1.GetBytes(content));

        Assert.Contains(expected, await _bench.FailAsync(new CsvImporter([Pictures], table, Columns)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("windows-1252", "Ärger", "Freude")]
    [InlineData("cp1251", "Злость", "Радость")]
    [InlineData("gbk", "生气", "高兴")]
    public async Task Import_TableOfAnotherEncoding_IsRefusedUntilItIsDeclared(string name, string first, string second)
    {
        var encoding = TextEncodings.Get(name);
        var table = _bench.Material.Write("t.csv", encoding.GetBytes($"image,label\np0.png,{first}\np1.png,{second}\n"));

        var refusal = await _bench.FailAsync(new CsvImporter([Pictures], table, Columns));
        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns), new ImportOptions { Encoding = encoding });

        Assert.Contains("is not UTF-8: declare its encoding with --encoding NAME", refusal, StringComparison.Ordinal);
        Assert.Contains($"reads '{first}'", refusal, StringComparison.Ordinal);
        Assert.Equal(((string[])[first, second]).Order(StringComparer.Ordinal), manifest.Classes);
    }

    [Fact]
    public async Task Import_MarksOfMissingValues_AreUnlabelledSaidAndSwitchable()
    {
        var table = _bench.WriteLines("t.csv", "image,label", "p0.png,nan", "p1.png,1.0", "p2.png,N/A", "p3.png,2.0");

        var read = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));
        var strict = await _bench.ImportAsync(
            new CsvImporter([Pictures], table, Columns),
            new ImportOptions { MissingLabels = MissingLabels.Parse("none") }
        );

        Assert.Equal(["1", "2"], read.Classes);
        Assert.Equal(2, read.Counts["train"][""]);
        Assert.Contains(ImportFindings.Of(read), finding => finding.Contains("'N/A' 1, 'nan' 1", StringComparison.Ordinal));
        Assert.Contains(ImportFindings.Of(read), finding => finding.Contains("such as 1.0", StringComparison.Ordinal));
        Assert.Equal(["1", "2", "N/A", "nan"], strict.Classes);
    }

    [Theory]
    [InlineData("#REF!")]
    [InlineData("#DIV/0!")]
    [InlineData("#Name?")]
    [InlineData(".")]
    public async Task Import_ErrorOfASpreadsheet_IsNoClassAndSaid(string cell)
    {
        var table = _bench.WriteLines("t.csv", "image,label", "p0.png,a", $"p1.png,{cell}");

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal(["a"], manifest.Classes);
        Assert.Contains(ImportFindings.Of(manifest), finding => finding.Contains($"'{cell}' 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1 1.0 other 1.", "1 other")]
    [InlineData("3 03 +3 x", "3 x")]
    [InlineData("03 3 +3 003", "03")]
    [InlineData("1.0 2,0 2 cat", "1 2 cat")]
    [InlineData("1.5 1.50 1,5 2", "1.5 2")]
    [InlineData("0 -0 00 -1", "-1 0")]
    [InlineData("\uFF11 1 1.0 one", "1 one")]
    [InlineData("Happy happy HAPPY sad", "Happy sad")]
    [InlineData("joy\u200D j\u00ADoy \u2764 \u2764\uFE0F", "joy \u2764")]
    public async Task Import_SpellingsOfOneLabel_AreOneClassAndSaid(string labels, string classes)
    {
        var table = _bench.WriteLines("t.csv", ["image,label", .. labels.Split(' ').Select((label, i) => $"p{i}.png,\"{label}\"")]);

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal(classes.Split(' '), manifest.Classes);
        Assert.NotEmpty(ImportFindings.Of(manifest));
    }

    [Fact]
    public async Task Import_NumbersThatAreNotWhole_StayAsTheyAre()
    {
        var table = _bench.WriteLines("t.csv", "image,label", "p0.png,1.0", "p1.png,1.5");

        Assert.Equal(["1.0", "1.5"], (await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns))).Classes);
    }

    [Fact]
    public async Task Import_UnicodeFormsOfOneLabel_AreOneClassAndSaid()
    {
        var table = _bench.WriteLines(
            "t.csv",
            "image,label",
            "p0.png,Übel",
            "p1.png,U\u0308bel",
            "p2.png,\uFF2F\uFF2B",
            "p3.png,\u00A0ok\u200B"
        );

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal(["OK", "Übel"], manifest.Classes);
        Assert.Contains(ImportFindings.Of(manifest), finding =>
            finding.StartsWith("spellings taken as one class", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Import_HeaderWithInvisibleCharacters_NamesItsColumnsAllTheSame()
    {
        var table = _bench.WriteLines("t.csv", "image\u00A0,\u200Blabel", "p0.png,glad", "p1.png,sad");

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns));

        Assert.Equal(["glad", "sad"], manifest.Classes);
    }

    [Theory]
    [InlineData("train", "Train", "TRAINING", "train_set")]
    [InlineData("validation", "val", "dev", "PublicTest")]
    [InlineData("test", "Test", "testing", "private-test")]
    public async Task Import_NamesOfSplits_AreKnown(string split, params string[] names)
    {
        var table = _bench.WriteLines("t.csv", ["image,label,part", .. names.Select((name, i) => $"p{i}.png,{i % 2},{name}")]);

        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, Columns with { Split = "part" }));

        Assert.Equal([split], manifest.Counts.Keys);
        Assert.Equal(3, manifest.Counts[split].Values.Sum());
    }

    [Theory]
    [InlineData(BoxUnits.Auto, "0.25;0.25;0.75;0.5", "2 2 6 4")]
    [InlineData(BoxUnits.Auto, "0,25;0,25;0,75;0,5", "2 2 6 4")]
    [InlineData(BoxUnits.Auto, "2,5;2;6;4", "2.5 2 6 4")]
    [InlineData(BoxUnits.Pixels, "0.25;0.25;6;5", "0.25 0.25 6 5")]
    [InlineData(BoxUnits.Shares, "0.25;0.25;0.75;0.5", "2 2 6 4")]
    public async Task Import_BoxesOfEitherUnit_AreInPixels(BoxUnits units, string cells, string expected)
    {
        var table = _bench.WriteLines("t.csv", "image;label;a;b;c;d", $"p0.png;1;{cells}", "p1.png;2;nan;nan;nan;nan");

        var columns = Columns with { Box = ["a", "b", "c", "d"], BoxUnits = units };
        var (_, items) = await _bench.ImportAllAsync(new CsvImporter([Pictures], table, columns));

        Assert.Equal(expected, string.Join(' ', items[0].Box!.Select(value => FormattableString.Invariant($"{value}"))));
        Assert.Null(items[1].Box);
    }

    [Fact]
    public async Task Import_BoxesThatCannotBe_AreLeftOutWithTheirReason()
    {
        var table = _bench.WriteLines(
            "t.csv",
            "image,label,a,b,c,d",
            "p0.png,1,1,1,6,6",
            "p1.png,1,0.1,0.1,0.9,0.9",
            "p2.png,1,0,0,90,90",
            "p3.png,1,5,5,3,4"
        );

        var columns = Columns with { Box = ["a", "b", "c", "d"] };
        var manifest = await _bench.ImportAsync(new CsvImporter([Pictures], table, columns));

        Assert.Equal(
            [
                "pics/p2.png: its box (0, 0, 90, 90) reaches far beyond its 8 x 8 pixels: is it of a larger copy?",
                "pics/p3.png: its box has no area: 5 5 3 4",
                "t.csv line 3: 'p1.png': its box is smaller than two pixels, as if it were in shares of the picture: others are not",
            ],
            Workbench.Rejections(manifest)
        );
    }
}
