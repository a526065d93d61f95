using SsFer.Vision.Imaging;

namespace SsFer.Cli.Tests;

/// <summary>The importers of labelled material, and <c>data show</c> on what they import.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task ImportFolders_WithHoldOut_IsShownBySplitAndClass()
    {
        for (var i = 0; i < 20; i++)
            _material.Write($"faces/{(i % 2 == 0 ? "glad" : "sad")}/{i}.png", Material.Png(5 * i));
        _material.Write("faces/loose.png", Material.Png(150));
        _material.Write("faces/sad/copy.png", Material.Png(5));
        _material.Write("faces/sad/broken.png", "broken"u8.ToArray());
        _material.Write("faces/glad/empty.png", []);
        _material.Write("faces/glad/cut.png", Material.Png(3)[..40]);

        (await RunAsync("data", "import", "folders", "faces", "--name", "faces", "--hold-out", "20%", "--seed", "3")).AssertDone();
        var show = await RunAsync("data", "show", "faces");

        show.AssertDone();
        Assert.Matches(@"(?m)^  class +train +validation$", show.Output);
        Assert.Matches(@"(?m)^  glad +8 +2$", show.Output);
        Assert.Contains("  duplicates: 1 within a split, 0 across splits", show.Output, StringComparison.Ordinal);
        Assert.Contains("  hold out: 0.2", show.Output, StringComparison.Ordinal);
        Assert.Contains("  rejected: 4", show.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^    1 picture: has no class folder: expected class/picture$\n^      faces/loose.png$", show.Output);
    }

    [Fact]
    public async Task ImportCsv_WithBoxes_DrawsThemOnTheSheetOfRawPictures()
    {
        var black = new Picture(200, 100, new byte[200 * 100 * 3]).EncodePng();
        _material.Write("img/a.png", black);
        _material.Write("t.csv", "file,age,x,y,w,h\na.png,7,50,25,100,50\nb.png,7,0,0,1,1\n"u8.ToArray());

        var import = await RunAsync(
            "data", "import", "csv", "--table", "t.csv", "--images", "img", "--image-column", "file", "--label-column", "age", "--box-columns", "x,y,w,h", "--box-format", "xywh", "--name", "ages", "--json");
        var show = await RunAsync("data", "show", "ages", "--contact-sheet", "sheet.png", "--raw", "--json");

        import.AssertDone();
        Assert.Equal("1", import.Json.GetProperty("provenance").GetProperty("rowsWithoutFile").GetString());
        show.AssertDone();
        var sheet = new PictureDecoder().Decode(await File.ReadAllBytesAsync(Path.Combine(_material.Root, "sheet.png"), TestContext.Current.CancellationToken), "sheet");
        // 200 x 100 fits a tile of 96 as 96 x 48, centred: the box begins at (24, 24 + 12), two pixels of gap before it.
        Assert.Equal([0, 255, 64], sheet.Pixels.Slice(((38 * sheet.Width) + 26) * 3, 3).ToArray());
        Assert.Equal([0, 0, 0], sheet.Pixels.Slice(((36 * sheet.Width) + 26) * 3, 3).ToArray());
    }

    [Fact]
    public async Task ImportCsv_WithSplitColumnAlone_IsImported()
    {
        _material.Write("img/a.png", Material.Png(1));
        _material.Write("img/b.png", Material.Png(2));
        _material.Write("t.csv", "file,gender,part\na.png,f,train\nb.png,m,test\n"u8.ToArray());

        var import = await RunAsync("data", "import", "csv", "--table", "t.csv", "--images", "img", "--image-column", "file", "--label-column", "gender", "--split-column", "part", "--name", "n", "--json");

        import.AssertDone();
        Assert.Equal(1, import.Json.GetProperty("counts").GetProperty("test").GetProperty("m").GetInt32());
        (await RunAsync("data", "import", "csv", "--table", "t.csv", "--images", "img", "--image-column", "path", "--label-column", "gender", "--name", "m"))
            .AssertFailed(1, "t.csv", "'path'", "file, gender, part");
    }

    [Fact]
    public async Task Show_ManyRejected_CountsThemByReasonAndGivesExamples()
    {
        _material.Write("faces/a/good.png", Material.Png(1));
        for (var i = 0; i < 5; i++)
            _material.Write($"faces/a/text-{i}.png", "text"u8.ToArray());
        for (var i = 0; i < 2; i++)
            _material.Write($"faces/bomb-{i}.png", Material.Bomb());

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
    public async Task ImportAffectNetAndAdience_OfAnotherLayout_FailAndNameWhatIsMissing()
    {
        _material.Write("faces/a.png", Material.Png(1));

        (await RunAsync("data", "import", "affectnet", "faces", "--classes", "7", "--name", "n")).AssertFailed(1, "training.csv", "val_set");
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

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferProcess.RunAsync(_material.Root, arguments);
}
