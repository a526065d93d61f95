using System.Text;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests;

/// <summary>The importers of labelled material, and <c>data show</c> on what they import.</summary>
[Trait("Category", "Slow")]
public sealed class ImportCommandTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task ImportFolders_WithHoldOut_IsShownBySplitAndClass()
    {
        for (var i = 0; i < 20; i++)
        {
            _material.Write($"faces/{(i % 2 == 0 ? "glad" : "sad")}/{i}.png", Material.Png(5 * i));
        }

        _material.Write("faces/loose.png", Material.Png(150));
        _material.Write("faces/sad/copy.png", Material.Png(5));
        _material.Write("faces/sad/broken.png", "broken"u8.ToArray());
        _material.Write("faces/glad/empty.png", []);
        _material.Write("faces/glad/cut.png", Material.Png(3)[..40]);

        var import = await RunAsync("data", "import", "folders", "faces", "--name", "faces", "--hold-out", "20%", "--seed", "3");
        var show = await RunAsync("data", "show", "faces");

        import.AssertDone();
        // A file outside the class folders is no picture of either phase.
        Assert.Contains("draw: 24 of 24 images (100 %)", import.Error, StringComparison.Ordinal);
        Assert.Contains("import: 24 of 24 images (100 %)", import.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("resumes", import.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", import.Error, StringComparison.Ordinal);
        show.AssertDone();
        Assert.Matches(@"(?m)^  class +train +validation$", show.Output);
        Assert.Matches(@"(?m)^  glad +8 +2$", show.Output);
        Assert.Contains("  duplicates: 1 within a split, 0 across splits", show.Output, StringComparison.Ordinal);
        Assert.Contains("  hold out: 0.2", show.Output, StringComparison.Ordinal);
        Assert.Contains("  rejected: 4", show.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^    1 picture: has no class folder: expected class/picture$\n^      faces/loose.png$", show.Output);
    }

    [Fact]
    public async Task ImportFolders_OfOneClass_Warns()
    {
        _material.Write("faces/glad/a.png", Material.Png(1));

        var import = await RunAsync("data", "import", "folders", "faces", "--name", "faces", "--json");

        import.AssertDone();
        Assert.Contains("warning: the only class is 'glad'", import.Error, StringComparison.Ordinal);
        Assert.Equal(1, import.Json.GetProperty("pictures").GetInt32());
    }

    [Fact]
    public async Task ImportCsv_WithBoxes_DrawsThemOnTheSheetOfRawPictures()
    {
        var black = new Picture(200, 100, new byte[200 * 100 * 3]).EncodePng();
        _material.Write("img/a.png", black);
        _material.Write("t.csv", "file,age,x,y,w,h\na.png,7,50,25,100,50\nb.png,7,0,0,1,1\n"u8.ToArray());

        var import = await RunAsync(
            "data",
            "import",
            "csv",
            "--table",
            "t.csv",
            "--images",
            "img",
            "--image-column",
            "file",
            "--label-column",
            "age",
            "--box-columns",
            "x,y,w,h",
            "--box-format",
            "xywh",
            "--name",
            "ages",
            "--json"
        );
        var show = await RunAsync("data", "show", "ages", "--contact-sheet", "sheet.png", "--raw", "--json");

        import.AssertDone();
        Assert.Equal("1", import.Json.GetProperty("provenance").GetProperty("rowsWithoutFile").GetString());
        show.AssertDone();
        var sheet = new PictureDecoder().Decode(
            await File.ReadAllBytesAsync(Path.Combine(_material.Root, "sheet.png"), TestContext.Current.CancellationToken),
            "sheet"
        );
        // 200 x 100 fits a tile of 112 as 112 x 56, centred: the box begins at (28, 28 + 14), two pixels of gap and 30 of title before it.
        Assert.Equal([0, 255, 64], sheet.Pixels.Slice(((74 * sheet.Width) + 30) * 3, 3).ToArray());
        Assert.Equal([0, 0, 0], sheet.Pixels.Slice(((72 * sheet.Width) + 30) * 3, 3).ToArray());
    }

    [Fact]
    public async Task ImportCsv_WithSplitColumnAlone_IsImported()
    {
        _material.Write("img/a.png", Material.Png(1));
        _material.Write("img/b.png", Material.Png(2));
        _material.Write("t.csv", "file,gender,part\na.png,f,train\nb.png,m,test\n"u8.ToArray());

        var import = await RunAsync(
            "data",
            "import",
            "csv",
            "--table",
            "t.csv",
            "--images",
            "img",
            "--image-column",
            "file",
            "--label-column",
            "gender",
            "--split-column",
            "part",
            "--name",
            "n",
            "--json"
        );

        import.AssertDone();
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("test").GetProperty("m").GetInt32());
        (
            await RunAsync(
                "data",
                "import",
                "csv",
                "--table",
                "t.csv",
                "--images",
                "img",
                "--image-column",
                "path",
                "--label-column",
                "gender",
                "--name",
                "m"
            )
        ).AssertFailed(1, "t.csv", "'path'", "file, gender, part");
    }

    [Fact]
    public async Task Show_ManyRejected_CountsThemByReasonAndGivesExamples()
    {
        _material.Write("faces/a/good.png", Material.Png(1));
        for (var i = 0; i < 5; i++)
        {
            _material.Write($"faces/a/text-{i}.png", "text"u8.ToArray());
        }

        for (var i = 0; i < 2; i++)
        {
            _material.Write($"faces/bomb-{i}.png", Material.Bomb());
        }

        var import = await RunAsync("data", "import", "faces", "faces", "--name", "faces", "--json");
        var show = await RunAsync("data", "show", "faces");

        import.AssertDone();
        var groups = import.Json.GetProperty("rejectedByReason").EnumerateArray().ToList();
        Assert.Equal([5, 2], groups.Select(group => group.GetProperty("count").GetInt32()));
        Assert.Equal(3, groups[0].GetProperty("examples").GetArrayLength());
        Assert.Matches(@"(?m)^    5 pictures: is not an image SsFer can read", show.Output);
        Assert.Matches(@"(?m)^      and 2 more$", show.Output);
    }

    [Fact]
    public async Task ImportRafDb_Miniature_IsImported()
    {
        _material.Write("basic/EmoLabel/list_patition_label.txt", "train_00001.jpg 4\ntest_0001.jpg 7\n"u8.ToArray());
        _material.Write("basic/Image/original/train_00001.jpg", Material.Png(1));
        _material.Write("basic/Image/original/test_0001.jpg", Material.Png(2));

        var import = await RunAsync("data", "import", "rafdb", "basic", "--pictures", "original", "--name", "raf", "--json");

        import.AssertDone();
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("test").GetProperty("neutral").GetInt32());
        (await RunAsync("data", "import", "rafdb", "basic", "--name", "raf2")).AssertFailed(1, "Image/aligned");
    }

    [Fact]
    public async Task ImportAffectNet_Miniature_IsImportedWithItsBoxes()
    {
        const string Header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n";
        _material.Write("lists/training.csv", Encoding.UTF8.GetBytes($"{Header}1/a.png,4,6,20,30,,1,0.5,0.1\n1/b.png,0,0,48,48,,7,0,0\n"));
        _material.Write("lists/validation.csv", Encoding.UTF8.GetBytes($"{Header}2/c.png,0,0,48,48,,6,0,0\n"));
        _material.Write("pictures/1/a.png", Material.Png(1));
        _material.Write("pictures/1/b.png", Material.Png(2));
        _material.Write("pictures/2/c.png", Material.Png(3));

        var import = await RunAsync("data", "import", "affectnet", "lists", "pictures", "--classes", "7", "--name", "affect", "--json");
        var prepare = await RunAsync("data", "prepare", "affect", "--size", "32", "--detector", "annotated", "--json");

        import.AssertDone();
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("train").GetProperty("happiness").GetInt32());
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("test").GetProperty("anger").GetInt32());
        Assert.Equal("1", import.Json.GetProperty("provenance").GetProperty("droppedExpressions").GetString()); // contempt
        prepare.AssertDone();
        Assert.Equal("1", prepare.Json.GetProperty("provenance").GetProperty("shareDetected").GetString());
    }

    [Theory]
    [InlineData("age", "25-32", "60+")]
    [InlineData("gender", "female", "male")]
    public async Task ImportAdience_Miniature_IsImportedWithAFoldForValidation(string task, string trained, string heldOut)
    {
        const string Header = "user_id\toriginal_image\tface_id\tage\tgender\tx\ty\tdx\tdy\ttilt_ang\tfiducial_yaw_angle\tfiducial_score\n";
        _material.Write(
            "adience/fold_0_data.txt",
            Encoding.UTF8.GetBytes($"{Header}7@N01\ta.png\t1\t(25, 32)\tf\t0\t0\t816\t816\t0\t0\t17\n")
        );
        _material.Write(
            "adience/fold_1_data.txt",
            Encoding.UTF8.GetBytes($"{Header}9@N01\tb.png\t2\t(60, 100)\tm\t0\t0\t816\t816\t0\t0\t17\n")
        );
        _material.Write("adience/aligned/7@N01/landmark_aligned_face.1.a.png", Material.Png(1));
        _material.Write("adience/aligned/9@N01/landmark_aligned_face.2.b.png", Material.Png(2));

        var import = await RunAsync(
            "data",
            "import",
            "adience",
            "adience",
            "--task",
            task,
            "--validation-fold",
            "1",
            "--name",
            "faces",
            "--json"
        );

        import.AssertDone();
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("train").GetProperty(trained).GetInt32());
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("validation").GetProperty(heldOut).GetInt32());
        Assert.Equal("1", import.Json.GetProperty("provenance").GetProperty("validationFold").GetString());
    }

    [Fact]
    public async Task ImportAffectNetAndAdience_OfAnotherLayout_FailAndNameWhatIsMissing()
    {
        _material.Write("faces/a.png", Material.Png(1));

        (await RunAsync("data", "import", "affectnet", "faces", "--classes", "7", "--name", "n")).AssertFailed(
            1,
            "training.csv",
            "val_set"
        );
        (await RunAsync("data", "import", "adience", "faces", "--task", "age", "--name", "n")).AssertFailed(1, "fold_0_data.txt");
    }

    [Fact]
    public async Task Show_RawAndSize_ExcludeEachOther()
    {
        _material.Write("faces/a.png", Material.Png(1));
        (await RunAsync("data", "import", "faces", "faces", "--name", "n")).AssertDone();

        (await RunAsync("data", "show", "n", "--contact-sheet", "x.png", "--raw", "--size", "48")).AssertFailed(2, "--raw", "--size");
    }

    public void Dispose() => _material.Dispose();

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
