using SsFer.Importing.Folders;

namespace SsFer.Importing.Tests;

/// <summary>A folder that is called like a split is one, or the import is refused: it never becomes a class.</summary>
public sealed class FolderSplitTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("train_images", "val_images", "test_images")]
    [InlineData("train-set", "Validation Set", "TEST_SET")]
    [InlineData("Training_Set", "valid", "Testing")]
    [InlineData("TrainData", "ValData", "TestData")]
    [InlineData("train2017", "val2017", "test2017")]
    [InlineData("images_train", "images_val", "images_test")]
    [InlineData("\uFF54\uFF52\uFF41\uFF49\uFF4E", "\uFF56\uFF41\uFF4C", "\uFF54\uFF45\uFF53\uFF54")] // full-width
    [InlineData("tra\u200Bin", "val\u00AD", "\uFEFFtest")] // with invisible characters
    [InlineData("Training", "PublicTest", "PrivateTest")]
    [InlineData("训练集", "验证集", "测试集")]
    [InlineData("train.", "val ", "test..")] // Windows drops dots and spaces there
    public async Task Import_SplitsInManySpellings_AreThoseOnEitherSideOfTheClass(string train, string validation, string test)
    {
        foreach (var folders in (string[])["{0}/{1}/{2}.png", "{1}/{0}/{2}.png", "set/{0}/{0}/{1}/{2}.png", "set/{0}/images/{1}/{2}.png"])
        {
            var entries = new List<(string, byte[])>();
            foreach (var (i, split) in ((string[])[train, train, validation, test]).Index())
            {
                entries.Add((string.Format(null, folders, split, "happy", i), TestMaterial.Png(2 * i)));
                entries.Add((string.Format(null, folders, split, "sad", i), TestMaterial.Png(2 * i + 1)));
            }

            var zip = _bench.Material.Zip($"{Guid.NewGuid():n}.zip", [.. entries]);

            var manifest = await _bench.ImportAsync(new FoldersImporter([zip]));

            Assert.Equal(["happy", "sad"], manifest.Classes);
            Assert.Equal(
                ["test 1 1", "train 2 2", "validation 1 1"],
                manifest
                    .Counts.OrderBy(split => split.Key, StringComparer.Ordinal)
                    .Select(split => $"{split.Key} {split.Value["happy"]} {split.Value["sad"]}")
            );
            Assert.Empty(manifest.Rejected);
        }
    }

    [Theory]
    [InlineData("fold1/happy/a.png", "fold2/happy/b.png", "the folder 'fold1' stands where a class does")]
    [InlineData("my_train/happy/a.png", "my_test/happy/b.png", "the folder 'my_test' stands where a class does")]
    [InlineData("FerTrain/happy/a.png", "FerTest/happy/b.png", "the folder 'FerTest' stands where a class does")]
    [InlineData("train_happy/a.png", "train_sad/b.png", "the folder 'train_happy' stands where a class does")]
    [InlineData("split-1/happy/a.png", "split-2/happy/b.png", "the folder 'split-1' stands where a class does")]
    [InlineData("train/fold1/happy/a.png", "train/fold2/sad/b.png", "the folder 'fold1' stands where a class does")]
    [InlineData("train/val/a.png", "train/sad/b.png", "the folder 'val' stands where a class does")]
    [InlineData("fer/train/happy/a.png", "raf/test/happy/b.png", "may be of the class 'happy' in a set 'fer', or of the class 'fer'")]
    [InlineData("happy/test/a.png", "sad/b.png", "happy/test/a.png' stands in a split below its class and")]
    [InlineData("web/fer/train/happy/a.png", "cam/sad/b.png", "the folder 'train' of a split below 'web', which would be its class")]
    [InlineData("train/happy/test/a.png", "train/sad/b.png", "the folder 'test' of a split below 'happy', which would be its class")]
    public async Task Import_FoldersWithTwoReadings_AreRefusedWithBoth(string one, string other, string expected)
    {
        var zip = _bench.Material.Zip("a.zip", (one, TestMaterial.Png(1)), (other, TestMaterial.Png(2)));

        Assert.Contains(expected, await _bench.FailAsync(new FoldersImporter([zip])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("testy", "value")]
    [InlineData("Trainee", "VALUE")]
    [InlineData("part", "folded")]
    [InlineData("contest", "interval")]
    public async Task Import_ClassesThatOnlyBeginLikeASplit_AreClasses(string one, string other)
    {
        var zip = _bench.Material.Zip("a.zip", ($"{one}/a.png", TestMaterial.Png(1)), ($"{other}/b.png", TestMaterial.Png(2)));

        Assert.Equal(2, (await _bench.ImportAsync(new FoldersImporter([zip]))).Classes.Count);
    }

    [Theory]
    [InlineData("S001/happy/a.png", "S002/happy/b.png", true)]
    [InlineData("happy/S001/a.png", "sad/S002/b.png", false)]
    public async Task Import_FoldersOfOneNameInSeveralClasses_AreSaid(string one, string other, bool said)
    {
        var zip = _bench.Material.Zip("a.zip", (one, TestMaterial.Png(1)), (other, TestMaterial.Png(2)));

        var findings = ImportFindings.Of(await _bench.ImportAsync(new FoldersImporter([zip])));

        Assert.Equal(said, findings.Any(finding => finding.EndsWith("'happy' in 'S001', 'S002'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Import_DocumentsInAFolderCalledLikeASplit_HaveNoSay()
    {
        var zip = _bench.Material.Zip(
            "a.zip",
            ("happy/a.png", TestMaterial.Png(1)),
            ("sad/b.png", TestMaterial.Png(2)),
            ("my_test/notes.txt", [1]),
            ("happy/test/notes.txt", [1])
        );

        Assert.Equal(["happy", "sad"], (await _bench.ImportAsync(new FoldersImporter([zip]))).Classes);
    }

    [Theory]
    [InlineData("happy\\a.png", "sad\\b.png")]
    [InlineData("C:\\faces\\happy\\a.png", "C:\\faces\\sad\\b.png")]
    [InlineData("/home/me/happy/a.png", "/home/me/sad/b.png")]
    [InlineData("../x/happy/a.png", "../x/sad/b.png")]
    [InlineData("./happy//a.png", ".//sad/b.png")]
    [InlineData("sad/../happy/a.png", "happy/../sad/b.png")]
    [InlineData("happy./a.png", "sad /b.png")]
    [InlineData("...\\happy\\a.png", "...\\sad\\b.png")]
    public async Task Import_PathsOfOtherSystems_AreReadAlikeInFoldersAndTables(string happy, string sad)
    {
        var zip = _bench.Material.Zip("faces.zip", (happy, TestMaterial.Png(1)), (sad, TestMaterial.Png(2)));
        var table = _bench.WriteLines("t.csv", "image,label", $"{happy},happy", "sad/b.png,sad");

        var folders = await _bench.ImportAsync(new FoldersImporter([zip]));
        var rows = await _bench.ImportAsync(new Tables.CsvImporter([zip], table, new() { Image = "image", Label = "label" }));

        Assert.Equal(["happy", "sad"], folders.Classes);
        Assert.Equal(["happy", "sad"], rows.Classes);
        Assert.Equal((0, 0), (folders.Rejected.Count, rows.Rejected.Count));
    }
}
