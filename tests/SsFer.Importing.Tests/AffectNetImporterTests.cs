using SsFer.Importing.AffectNet;

namespace SsFer.Importing.Tests;

public sealed class AffectNetImporterTests : IDisposable
{
    private const string Header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal";
    private readonly Workbench _bench = new();

    private TestMaterial Material => _bench.Material;

    private string Root => Material.Path("affectnet");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_Lists_TakesBoxesLandmarksAndTheOwnersValidationAsTest()
    {
        WriteOriginals("1/a.jpg", "2/b.jpg", "3/c.jpg", "3/d.jpg", "9/v.jpg");
        // Point i of the 68 stands at (i, i + 100).
        var points = string.Join(';', Enumerable.Range(0, 68).Select(i => $"{i};{i + 100}.0"));
        _bench.WriteLines(
            "affectnet/Manually_Annotated_file_lists/training.csv",
            Header,
            $"1/a.jpg,1,2,3,4,{points},1,0.5,0.1",
            "2/b.jpg,0,0,8,8,bad,7,0,0",
            "3/c.jpg,0,0,8,8,,9,-2,-2",
            "3/gone.jpg,0,0,8,8,,0,0,0",
            "3/d.jpg,0,0,8,8,,eleven,0,0"
        );
        // Older copies have no header
        _bench.WriteLines("affectnet/Manually_Annotated_file_lists/validation.csv", "9/v.jpg,0,0,8,8,,6,0,0");

        var (manifest, items) = await _bench.ImportAllAsync(new AffectNetImporter([Root], 8));

        Assert.Equal(["neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"], manifest.Classes);
        Assert.Equal([("train", "happiness"), ("train", "contempt"), ("test", "anger")], items.Select(item => (item.Split, item.Label!)));
        Assert.Equal([1, 2, 4, 6], items[0].Box!);
        Assert.Equal([38.5f, 138.5f, 44.5f, 144.5f, 30, 130, 57.5f, 157.5f], items[0].Landmarks!);
        Assert.Null(items[1].Landmarks);
        Assert.Equal(("1", "1"), (manifest.Provenance["droppedExpressions"], manifest.Provenance["rowsWithoutFile"]));
        Assert.Equal(
            ["affectnet/Manually_Annotated_file_lists/training.csv line 6: 'eleven' is no expression from 0 to 10"],
            Workbench.Rejections(manifest)
        );
    }

    [Fact]
    public async Task Import_SevenClasses_DropsContempt()
    {
        WriteOriginals("1/a.jpg", "2/b.jpg");
        _bench.WriteLines("affectnet/training.csv", Header, "1/a.jpg,0,0,8,8,,6,0,0", "2/b.jpg,0,0,8,8,,7,0,0");

        var manifest = await _bench.ImportAsync(new AffectNetImporter([Root], 7));

        Assert.Equal(
            (7, 1, "1"),
            (manifest.Classes.Count, manifest.Counts["train"].Values.Sum(), manifest.Provenance["droppedExpressions"])
        );
    }

    [Fact]
    public async Task Import_AnnotationsInAZip_AreReadWithoutUnpickling()
    {
        var zip = Material.Zip(
            "affectnet.zip",
            ("train_set/images/0.jpg", TestMaterial.Png(0)),
            ("train_set/annotations/0_exp.npy", Workbench.Npy("<U1", [(byte)'3', 0, 0, 0])),
            ("train_set/annotations/0_aro.npy", [1]),
            ("train_set/annotations/0_lnd.npy", [1]),
            ("train_set/images/1.jpg", TestMaterial.Png(1)),
            ("train_set/annotations/1_exp.npy", Workbench.Npy("<i8", [8, 0, 0, 0, 0, 0, 0, 0])),
            ("train_set/images/2.jpg", TestMaterial.Png(2)),
            ("train_set/images/3.jpg", TestMaterial.Png(3)),
            ("train_set/annotations/3_exp.npy", Workbench.Npy("|O", [0x80, 3])),
            ("train_set/annotations/4_exp.npy", Workbench.Npy("|u1", [1])),
            ("val_set/images/0.jpg", TestMaterial.Png(5)),
            ("val_set/annotations/0_exp.npy", Workbench.Npy("|u1", [1]))
        );

        var (manifest, items) = await _bench.ImportAllAsync(new AffectNetImporter([zip], 8));

        Assert.Equal([("train", "surprise"), ("test", "happiness")], items.Select(item => (item.Split, item.Label!)));
        Assert.Equal(("1", "1"), (manifest.Provenance["droppedExpressions"], manifest.Provenance["rowsWithoutFile"]));
        Assert.Equal(
            [
                "affectnet.zip/train_set/images/2.jpg: has no expression in annotations",
                "affectnet.zip/train_set/images/3.jpg: its annotation does not hold one plain value (a number or text, never a "
                    + "pickled object)",
            ],
            Workbench.Rejections(manifest)
        );
    }

    [Fact]
    public async Task Import_AnotherLayout_FailsAndNamesBoth()
    {
        WriteOriginals("1/a.jpg");

        var message = await _bench.FailAsync(new AffectNetImporter([Root], 8));

        Assert.Contains("training.csv", message, StringComparison.Ordinal);
        Assert.Contains("annotations/N_exp.npy", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_ListWithoutAColumn_FailsAndNamesIt()
    {
        WriteOriginals("1/a.jpg");
        _bench.WriteLines("affectnet/training.csv", "subDirectory_filePath,expression", "1/a.jpg,6");

        Assert.Contains(
            "has no column 'face_x': its columns are subDirectory_filePath, expression",
            await _bench.FailAsync(new AffectNetImporter([Root], 7)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Classes_NeitherSevenNorEight_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AffectNetImporter([Root], 6));

    private void WriteOriginals(params string[] names)
    {
        foreach (var (i, name) in names.Index())
        {
            Material.Write($"affectnet/Manually_Annotated_Images/{name}", TestMaterial.Png(i));
        }
    }
}
