using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

/// <summary>Paths of a table that contradict those of the pictures are no match.</summary>
public sealed class PathMatchTests : IDisposable
{
    private static readonly CsvColumns Columns = new() { Image = "image", Label = "label" };
    private readonly Workbench _bench = new();

    public PathMatchTests()
    {
        foreach (var i in (int[])[0, 1, 2])
        {
            _bench.Material.Write($"set/train/{i}.png", TestMaterial.Png(i));
            _bench.Material.Write($"set/pics/{i}.png", TestMaterial.Png(i));
        }
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_TableOverTwoFoldersOfWhichOneIsGiven_TakesItsRowsAlone()
    {
        var table = Table("test/0.png,b", "test/1.png,a", "test/2.png,a", "train/0.png,a", "train/1.png,b");

        var (manifest, items) = await _bench.ImportAllAsync(Of("set/train", table));

        Assert.Equal([("set", "a"), ("set", "b")], items.Select(item => ("set", item.Label!)));
        Assert.Equal(("5", "3"), (manifest.Provenance["rows"], manifest.Provenance["rowsWithoutFile"]));
        Assert.Equal(["train/2.png: no row in the table"], Workbench.Rejections(manifest));
    }

    [Fact]
    public async Task Import_TableOfAnotherSplitThanTheFolder_FindsNothingAndSaysWhy()
    {
        var message = await _bench.FailAsync(Of("set/train", Table("test/0.png,a", "test/1.png,b")));

        Assert.Contains("line 2: there is no file 'test/0.png'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_TwoPathsForOneFileOfAFolderWithAnotherName_NamesBoth()
    {
        var message = await _bench.FailAsync(Of("set/pics", Table("s1/0.png,a", "s2/0.png,b")));

        Assert.Contains(
            "pics/0.png may be 's1/0.png' or 's2/0.png' (line 3): give the folder that holds both",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_PicturesMovedToAnotherFolder_AreFoundAndSaid()
    {
        var manifest = await _bench.ImportAsync(Of("set/pics", Table("/home/me/images/0.png,a", "/home/me/images/1.png,b")));

        Assert.Equal(2, manifest.Counts["train"].Values.Sum());
        Assert.Contains(ImportFindings.Of(manifest), finding => finding.Contains("'home/me/images/'", StringComparison.Ordinal));
    }

    private string Table(params string[] rows) => _bench.WriteLines("t.csv", ["image,label", .. rows]);

    private CsvImporter Of(string folder, string table) => new([_bench.Material.Path(folder)], table, Columns);
}
