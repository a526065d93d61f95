using System.IO.Compression;
using System.Text;
using SsFer.Importing.RafDb;
using SsFer.Importing.Tables;
using SsFer.Importing.Text;

namespace SsFer.Importing.Tests;

/// <summary>Lists that unpack to more than any list of labels has are refused before they fill the memory.</summary>
[Trait("Category", "Slow")]
public sealed class ListLimitTests : IDisposable
{
    private const string List = "EmoLabel/list_patition_label.txt";
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_LineWithoutEnd_IsRefusedByItsNumberAndHeldNowhere()
    {
        var archive = Pack("train_00001.jpg 5\n"u8.ToArray(), [(byte)'a'], times: 200_000_000);
        var before = GC.GetTotalAllocatedBytes();

        var message = await _bench.FailAsync(new RafDbImporter([archive], RafDbPictures.Aligned));

        Assert.Contains(
            $"{List}' line 2 has more than {StrictText.LongestLine} bytes: no list of labels does",
            message,
            StringComparison.Ordinal
        );
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Fact]
    public async Task Import_LinesWithoutNumber_AreRefused()
    {
        var archive = Pack([], "a b c\n"u8.ToArray(), StrictText.MostLines + 1);

        var message = await _bench.FailAsync(new RafDbImporter([archive], RafDbPictures.Aligned));

        Assert.Contains($"has more than {StrictText.MostLines} lines", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task Import_LongTable_IsTakenWhateverEndsItsLines(string end)
    {
        _bench.Material.Write("pics/p0.png", TestMaterial.Png(0));
        var rows = string.Concat(Enumerable.Range(1, 70_000).Select(row => $"p{row}.png,no picture of this name{end}"));
        var table = _bench.Material.Write("t.csv", Encoding.UTF8.GetBytes($"image,label{end}p0.png,a{end}{rows}"));
        var columns = new CsvColumns { Image = "image", Label = "label" };

        var manifest = await _bench.ImportAsync(new CsvImporter([_bench.Material.Path("pics")], table, columns));

        Assert.Equal("70000", manifest.Provenance["rowsWithoutFile"]);
    }

    /// <summary>The line that is told is the line, whatever ends it and wherever it is cut while it is read.</summary>
    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task Import_LineThatIsNoText_IsNamedByItsNumber(string end)
    {
        _bench.Material.Write("pics/p0.png", TestMaterial.Png(0));
        var rows = string.Concat(Enumerable.Range(1, 9_998).Select(row => $"p{row}.png,{new string('x', row % 23)}{end}"));
        var table = _bench.Material.Write(
            "t.csv",
            [.. Encoding.UTF8.GetBytes($"image,label{end}{rows}p0.png,"), 0xFF, .. Encoding.UTF8.GetBytes(end)]
        );
        var columns = new CsvColumns { Image = "image", Label = "label" };

        var message = await _bench.FailAsync(new CsvImporter([_bench.Material.Path("pics")], table, columns));

        Assert.Contains("line 10000 is not UTF-8", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_TableOfOneEndlessCell_IsRefused()
    {
        _bench.Material.Write("pics/p0.png", TestMaterial.Png(0));
        var table = _bench.Material.Write(
            "t.csv",
            [.. "image,label\np0.png,"u8, .. Enumerable.Repeat((byte)'x', StrictText.LongestLine), (byte)'\n']
        );
        var columns = new CsvColumns { Image = "image", Label = "label" };

        var message = await _bench.FailAsync(new CsvImporter([_bench.Material.Path("pics")], table, columns));

        Assert.Contains("line 2 has more than", message, StringComparison.Ordinal);
    }

    /// <summary>An archive of one picture and a list: the beginning, then the same bytes again and again.</summary>
    private string Pack(byte[] beginning, byte[] repeated, int times)
    {
        var archive = _bench.Material.Path("basic.zip");
        using var zip = ZipFile.Open(archive, ZipArchiveMode.Create);
        using (var picture = zip.CreateEntry("Image/aligned/train_00001_aligned.jpg").Open())
        {
            picture.Write(TestMaterial.Png(1));
        }

        using var list = zip.CreateEntry(List, CompressionLevel.Fastest).Open();
        list.Write(beginning);
        byte[] block = [.. Enumerable.Repeat(repeated, 10_000).SelectMany(each => each)];
        for (var written = 0; written < times; written += 10_000)
        {
            list.Write(block.AsSpan(0, Math.Min(10_000, times - written) * repeated.Length));
        }

        return archive;
    }
}
