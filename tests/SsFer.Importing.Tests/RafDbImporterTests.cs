using SsFer.Importing.RafDb;

namespace SsFer.Importing.Tests;

public sealed class RafDbImporterTests : IDisposable
{
    private const string List = "basic/EmoLabel/list_patition_label.txt";
    private readonly Workbench _bench = new();

    private TestMaterial Material => _bench.Material;

    private string Root => Material.Path("basic");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_AlignedInAZip_TakesLabelsByNameAndSplitsByPrefix()
    {
        _bench.WriteLines(List, "train_00001.jpg 5", "train_00002.jpg 1", "test_0001.jpg 7", "test_0002.jpg 4");
        Directory.CreateDirectory(Material.Path("basic/Image"));
        Material.Zip(
            "basic/Image/aligned.zip",
            ("aligned/train_00001_aligned.jpg", TestMaterial.Png(1)),
            ("aligned/train_00002_aligned.jpg", TestMaterial.Png(2)),
            ("aligned/test_0001_aligned.jpg", TestMaterial.Png(3)),
            ("aligned/test_0009_aligned.jpg", TestMaterial.Png(4))
        );

        var (manifest, items) = await _bench.ImportAllAsync(new RafDbImporter([Root], RafDbPictures.Aligned));

        Assert.Equal(RafDbImporter.Classes, manifest.Classes);
        Assert.Equal([("train", "sadness"), ("train", "surprise"), ("test", "neutral")], items.Select(item => (item.Split, item.Label!)));
        Assert.Equal(["aligned.zip/aligned/test_0009_aligned.jpg: no row in list_patition_label.txt"], Workbench.Rejections(manifest));
        Assert.Equal(
            ("4", "1", "aligned"),
            (manifest.Provenance["rows"], manifest.Provenance["rowsWithoutFile"], manifest.Provenance["pictures"])
        );
    }

    [Fact]
    public async Task Import_Original_TakesTheBoxesThatAreThere()
    {
        _bench.WriteLines(List, "train_00001.jpg 5", "train_00002.jpg 1", "train_00003.jpg 1", "train_00004.jpg 8");
        foreach (var i in (int[])[1, 2, 3, 4])
        {
            Material.Write($"basic/Image/original/train_0000{i}.jpg", TestMaterial.Png(i));
        }

        Material.Write("basic/Image/aligned/train_00001_aligned.jpg", TestMaterial.Png(9));
        _bench.WriteLines("basic/Annotation/boundingbox/train_00001_boundingbox.txt", "1.5 2 6 7 ");
        _bench.WriteLines("basic/Annotation/boundingbox/train_00003_boundingbox.txt", "1.5 2 6");

        var (manifest, items) = await _bench.ImportAllAsync(new RafDbImporter([Root], RafDbPictures.Original));

        Assert.Equal(2, items.Count);
        Assert.Equal([1.5f, 2, 6, 7], items[0].Box!);
        Assert.Null(items[1].Box);
        Assert.Equal("1", manifest.Provenance["boxes"]);
        Assert.Equal(
            [
                "basic/Image/original/train_00003.jpg: its box is not four numbers: 1.5 2 6",
                "list_patition_label.txt line 4: has no label from 1 to 7",
            ],
            Workbench.Rejections(manifest)
        );
    }

    [Fact]
    public async Task Import_WithoutTheList_FailsAndNamesIt()
    {
        Material.Write("basic/Image/aligned/train_00001_aligned.jpg", TestMaterial.Png(1));

        Assert.Contains(
            "there is no EmoLabel/list_patition_label.txt",
            await _bench.FailAsync(new RafDbImporter([Root], RafDbPictures.Aligned)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_WithoutThePicturesAskedFor_FailsAndNamesTheirFolder()
    {
        _bench.WriteLines(List, "train_00001.jpg 5");
        Material.Write("basic/Image/aligned/train_00001_aligned.jpg", TestMaterial.Png(1));

        Assert.EndsWith(
            "give the folder or archive of Image/original too",
            await _bench.FailAsync(new RafDbImporter([Root], RafDbPictures.Original)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_ListWithOddLines_LeavesThemOutAndNamesThem()
    {
        string[] lines =
        [
            "train_00001.jpg 2",
            "train_00002.jpg 3",
            "train_00002.jpg 3",
            "train_00003.jpg 4",
            "train_00003.jpg 5",
            "train_00004.jpg",
        ];
        _bench.WriteLines(List, lines);
        foreach (var i in (int[])[1, 2, 3, 4])
        {
            Material.Write($"basic/Image/aligned/train_0000{i}_aligned.jpg", TestMaterial.Png(i));
        }

        var (manifest, items) = await _bench.ImportAllAsync(new RafDbImporter([Root], RafDbPictures.Aligned));

        Assert.Equal(["fear", "disgust"], items.Select(item => item.Label));
        Assert.Equal(("1", "1"), (manifest.Provenance["repeatedRows"], manifest.Provenance["contradictingPictures"]));
        Assert.Equal(
            [
                "basic/Image/aligned/train_00004_aligned.jpg: no row in list_patition_label.txt",
                "list_patition_label.txt line 4: 'train_00003_aligned.jpg' stands in line 5 too, "
                    + "with another label (happiness here, sadness there)",
                "list_patition_label.txt line 5: 'train_00003_aligned.jpg' stands in line 4 too, "
                    + "with another label (sadness here, happiness there)",
                "list_patition_label.txt line 6: is not a file name and a label: it has 1 parts",
            ],
            Workbench.Rejections(manifest)
        );
    }
}
