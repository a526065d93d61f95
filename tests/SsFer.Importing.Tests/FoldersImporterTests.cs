using SsFer.Importing.Folders;

namespace SsFer.Importing.Tests;

public sealed class FoldersImporterTests : IDisposable
{
    private readonly Workbench _bench = new();

    private TestMaterial Material => _bench.Material;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_SplitsInAnySpelling_GivesSplitAndClass()
    {
        Material.Write("set/Training/happy/a.png", TestMaterial.Png(1));
        Material.Write("set/Training/sad/deep/er/b.png", TestMaterial.Png(2));
        Material.Write("set/valid/Happy/c.png", TestMaterial.Png(3));
        Material.Write("set/TEST/sad/d.png", TestMaterial.Png(4));

        var (manifest, items) = await _bench.ImportAllAsync(new FoldersImporter([Material.Path("set")]));

        Assert.Equal(["happy", "sad"], manifest.Classes);
        Assert.Equal(
            [
                ("train", "happy", "set/Training/happy/a.png"),
                ("train", "sad", "set/Training/sad/deep/er/b.png"),
                ("validation", "happy", "set/valid/Happy/c.png"),
                ("test", "sad", "set/TEST/sad/d.png"),
            ],
            items.Select(item => (item.Split, item.Label!, item.Source))
        );
        Assert.Empty(manifest.Rejected);
    }

    [Fact]
    public async Task Import_ZipWithItsNameAsTopFolder_IsLookedThrough()
    {
        var zip = Material.Zip(
            "faces.zip",
            ("faces-1.0/README.md", [1]),
            ("faces-1.0/train/0/a.png", TestMaterial.Png(1)),
            ("faces-1.0/val/10/b.png", TestMaterial.Png(2)),
            ("faces-1.0/train/9/c.png", TestMaterial.Png(3))
        );

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip]));

        Assert.Equal(["0", "9", "10"], manifest.Classes);
        Assert.Equal((2, 1), (manifest.Counts["train"].Values.Sum(), manifest.Counts["validation"].Values.Sum()));
        var rejected = Assert.Single(manifest.Rejected);
        Assert.StartsWith("stands outside the split folders", rejected.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archive/data/{0}")]
    [InlineData("Kaggle/fer/images/{0}")]
    public async Task Import_SeveralWrappingFolders_AreLookedThrough(string wrapped)
    {
        string[] names = ["train/happy/a.png", "train/sad/b.png", "test/happy/c.png"];
        var zip = Material.Zip(
            "a.zip",
            [.. names.Select((name, i) => (wrapped.Replace("{0}", name, StringComparison.Ordinal), TestMaterial.Png(i)))]
        );

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip]));

        Assert.Equal(["happy", "sad"], manifest.Classes);
        Assert.Equal((2, 1), (manifest.Counts["train"].Values.Sum(), manifest.Counts["test"].Values.Sum()));
    }

    [Theory]
    [InlineData("angry/a.png", "angry")] // the only folder is the class ...
    [InlineData("x/angry/a.png", "angry")] // ... unless there are folders in it
    [InlineData("x/y/angry/a.png", "angry")]
    [InlineData("x/train/angry/a.png", "angry")]
    public async Task Import_OneTopFolder_IsTheClassOnlyWithoutFoldersBelow(string path, string expected)
    {
        var zip = Material.Zip("a.zip", (path, TestMaterial.Png(1)));

        Assert.Equal([expected], (await _bench.ImportAsync(new FoldersImporter([zip]))).Classes);
    }

    [Fact]
    public async Task Import_FilesAtTheWrongDepth_AreRejectedWithReasons()
    {
        var zip = Material.Zip(
            "a.zip",
            ("loose.png", TestMaterial.Png(1)),
            ("train/loose.png", TestMaterial.Png(2)),
            ("other/sad/a.png", TestMaterial.Png(3)),
            ("train/sad/a.png", TestMaterial.Png(4)),
            ("train/sad/notes.txt", [5])
        );

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip]));

        Assert.Equal(1, manifest.Counts["train"]["sad"]);
        Assert.Equal(
            [
                "a.zip/loose.png: stands outside the split folders (train, training, val, valid, validation, dev or test)",
                "a.zip/other/sad/a.png: stands outside the split folders (train, training, val, valid, validation, dev or test)",
                "a.zip/train/loose.png: has no class folder: expected split/class/picture",
                "a.zip/train/sad/notes.txt: is not an image SsFer can read (PNG, JPEG, WebP, GIF, TIFF), or its header is damaged",
            ],
            Workbench.Rejections(manifest)
        );
    }

    [Fact]
    public async Task Import_NoClassFolders_FailsAndNamesTheLayouts()
    {
        var zip = Material.Zip("a.zip", ("1.png", TestMaterial.Png(1)));

        Assert.Equal(
            $"no picture in '{zip}' stands in a class folder: expected split/class/picture, class/split/picture (of "
                + "several classes) or class/picture, the first file is 'a.zip/1.png'",
            await _bench.FailAsync(new FoldersImporter([zip]))
        );
    }

    [Fact]
    public async Task Import_FolderOfZipsNamedAsSplits_TakesTheSplitsFromTheirNames()
    {
        Directory.CreateDirectory(Material.Path("set/more"));
        Material.Zip("set/train.zip", ("sad/a.png", TestMaterial.Png(1)), ("glad/a.png", TestMaterial.Png(2)));
        Material.Zip("set/more/Test.ZIP", ("sad/a.png", TestMaterial.Png(3)), ("glad/a.png", TestMaterial.Png(4)));

        var manifest = await _bench.ImportAsync(new FoldersImporter([Material.Path("set")]));

        Assert.Equal((2, 2), (manifest.Counts["train"].Values.Sum(), manifest.Counts["test"].Values.Sum()));
    }

    [Fact]
    public async Task Import_TestPictureThatRepeatsTrain_IsTheOneMarked()
    {
        // 'test' sorts before 'train': were the first by name the original, leaving out duplicates would leave this leak in.
        var zip = Material.Zip("a.zip", ("test/sad/a.png", TestMaterial.Png(1)), ("train/sad/z.png", TestMaterial.Png(1)));

        var (manifest, items) = await _bench.ImportAllAsync(new FoldersImporter([zip]));

        var copy = Assert.Single(items, item => item.DuplicateOf is not null);
        Assert.Equal(("test", items[0].Key), (copy.Split, copy.DuplicateOf));
        Assert.Equal("1", manifest.Provenance["duplicatesAcrossSplits"]);
    }
}
