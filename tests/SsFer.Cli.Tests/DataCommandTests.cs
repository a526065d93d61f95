using System.Runtime.InteropServices;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests;

public sealed class DataCommandTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task ImportFerPlus_Miniature_IsListedPreparedAndShown()
    {
        _material.WriteFerPlus();

        var import = await RunAsync("data", "import", "ferplus", "--images", "images", "--votes", "votes.csv", "--name", "mini", "--json");
        var prepare = await RunAsync("data", "prepare", "mini", "--size", "48", "--detector", "none", "--json");
        var list = await RunAsync("data", "list", "--json");
        var show = await RunAsync("data", "show", "mini", "--contact-sheet", "sheet.png", "--json");

        import.AssertDone();
        Assert.Equal(4, import.Json.GetProperty("counts").GetProperty("train").GetProperty("happiness").GetInt32());
        Assert.Equal("1", import.Json.GetProperty("provenance").GetProperty("duplicatesAcrossSplits").GetString());
        prepare.AssertDone();
        Assert.Equal(48, prepare.Json.GetProperty("size").GetInt32());
        list.AssertDone();
        var line = Assert.Single(list.Json.EnumerateArray());
        Assert.Equal(
            ("mini", 10, 10),
            (line.GetProperty("name").GetString(), line.GetProperty("pictures").GetInt32(), line.GetProperty("labelled").GetInt32())
        );
        Assert.Equal(prepare.Json.GetProperty("version").GetString(), line.GetProperty("prepared").GetProperty("48").GetString());
        show.AssertDone();
        Assert.Equal(2, show.Json.GetProperty("versions").GetArrayLength());
        var sheet = new PictureDecoder().Decode(
            await File.ReadAllBytesAsync(Path.Combine(_material.Root, "sheet.png"), TestContext.Current.CancellationToken),
            "sheet"
        );
        Assert.True(sheet.Width > 10 * 90, $"ten tiles of 96 pixels in a row, not {sheet.Width} pixels");
    }

    [Fact]
    public async Task ImportFerPlus_WithoutJson_PrintsTheClassesOfEachSplit()
    {
        _material.WriteFerPlus();

        var import = await RunAsync(
            "data",
            "import",
            "ferplus",
            "--images",
            "images",
            "--votes",
            "votes.csv",
            "--name",
            "mini",
            "--rule",
            "majority"
        );

        import.AssertDone();
        Assert.Matches(@"(?m)^  class +train +validation$", import.Output);
        Assert.Matches(@"(?m)^  happiness +4 +1$", import.Output);
        Assert.Contains("rule: majority", import.Output, StringComparison.Ordinal);
        Assert.Contains("import: 10 of 10 images (100 %)", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportFaces_BrokenFilesAndABomb_AreRecordedAndTheRestImported()
    {
        _material.Write("faces/ann/1.png", Material.Png(1));
        _material.Write("faces/ann/readme.png", "not a picture"u8.ToArray());
        _material.Write("faces/bob/bomb.png", Material.Bomb());

        var import = await RunAsync("data", "import", "faces", "faces", "--name", "faces", "--json");

        import.AssertDone();
        Assert.Equal(1, import.Json.GetProperty("pictures").GetInt32());
        Assert.Equal(2, import.Json.GetProperty("rejectedCount").GetInt32());
        var bomb = Assert.Single(import.Json.GetProperty("rejected").EnumerateArray(), item =>
            item.GetProperty("source").GetString() == "faces/bob/bomb.png"
        );
        Assert.Contains("9000", bomb.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportFerPlus_MissingFile_FailsAndNamesIt()
    {
        _material.WriteFerPlus();

        var images = await RunAsync("data", "import", "ferplus", "--images", "nowhere.zip", "--votes", "votes.csv", "--name", "mini");
        var votes = await RunAsync("data", "import", "ferplus", "--images", "images", "--votes", "nowhere.csv", "--name", "mini");

        images.AssertFailed(1, "nowhere.zip");
        votes.AssertFailed(1, "nowhere.csv", "--votes");
    }

    [Fact]
    public async Task ImportFerPlus_VotesOfAnotherHeader_FailsAndNamesTheColumnsExpected()
    {
        _material.WriteFerPlus();
        _material.Write("votes.csv", "emotion,pixels,Usage\n"u8.ToArray());

        var import = await RunAsync("data", "import", "ferplus", "--images", "images", "--votes", "votes.csv", "--name", "mini");

        import.AssertFailed(1, "votes.csv", "no column 'Image name'", "emotion", "pixels");
    }

    [Fact]
    public async Task Show_UnknownDataset_FailsAndNamesThoseThatAre()
    {
        _material.WriteFerPlus();
        (await RunAsync("data", "import", "ferplus", "--images", "images", "--votes", "votes.csv", "--name", "mini")).AssertDone();

        (await RunAsync("data", "show", "maxi")).AssertFailed(1, "maxi", "mini");
        (await RunAsync("data", "prepare", "maxi")).AssertFailed(1, "maxi", "mini");
    }

    [Theory]
    [InlineData("'nodir/x.png'", "--contact-sheet", "nodir/x.png")]
    [InlineData("--contact-sheet", "--size", "48")]
    [InlineData("--contact-sheet", "--raw")]
    public async Task Show_WhatCannotBeDrawn_Exits2AndNamesTheCure(string named, params string[] options) =>
        (await RunAsync(["data", "show", "mini", .. options])).AssertFailed(2, options[0], named);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Show_PicturesWithoutAndWithSeveralFaces_AreListedByName()
    {
        _material.Write("photos/train/happiness/two.png", Photographs.OfTwoFaces());
        _material.Write("photos/train/happiness/wall.png", Material.Png(1));
        (await RunAsync("data", "import", "folders", "photos", "--name", "ph")).AssertDone();
        (await RunAsync("data", "prepare", "ph", "--size", "32")).AssertDone();

        var text = await RunAsync("data", "show", "ph");
        var json = await RunAsync("data", "show", "ph", "--json");

        Assert.Matches(@"(?m)^  1 without a face, kept whole:\r?\n    \S*wall\.png\r?$", text.Output);
        Assert.Matches(@"(?m)^  1 with several faces, the most prominent kept:\r?\n    \S*two\.png \(2\)\r?$", text.Output);
        var detection = json.Json.GetProperty("versions")[1].GetProperty("detection");
        Assert.Equal(1, detection.GetProperty("withoutFace").GetProperty("count").GetInt32());
        Assert.Contains("two.png (2)", detection.GetProperty("severalFaces").GetProperty("first")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Show_ContactSheetOfManyPictures_SaysHowManyOfThemItShowsAndLeavesRoomForTheirNames()
    {
        for (var i = 0; i < 120; i++)
        {
            _material.Write($"many/{i:000}.png", Material.Png(i));
        }

        (await RunAsync("data", "import", "faces", "many", "--name", "many")).AssertDone();

        var show = await RunAsync("data", "show", "many", "--contact-sheet", "sheet.png");

        show.AssertDone();
        Assert.Contains("drawn: 100 of 120 pictures in ", show.Error, StringComparison.Ordinal);
        var sheet = new PictureDecoder().Decode(
            await File.ReadAllBytesAsync(Path.Combine(_material.Root, "sheet.png"), TestContext.Current.CancellationToken),
            "sheet"
        );
        Assert.Equal(((10 * 114) + 2, (10 * (114 + 32)) + 2 + 30), (sheet.Width, sheet.Height));
    }

    [Fact]
    public async Task List_EmptyStore_IsAnEmptyDocument()
    {
        var list = await RunAsync("data", "list", "--json");

        list.AssertDone();
        Assert.Empty(list.Json.EnumerateArray());
        Assert.False(Directory.Exists(Path.Combine(_material.Root, ".ssfer")));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task Import_Interrupted_Exits130AndStoresNothing(PosixSignal signal)
    {
        SsferProcess.SkipWhereItCannotBeSent(signal);
        var zip = _material.WriteLongZip(4000);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(_material.Root, "ssfer-dataset-*") { EnableRaisingEvents = true };
        watcher.Created += (_, _) => begun.TrySetResult();

        using var process = SsferProcess.Start(_material.Root, "data", "import", "faces", zip, "--name", "long");
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        process.Send(signal);
        var import = await process.WaitAsync();

        Assert.True(import.ExitCode == 130, $"exit code {import.ExitCode}: {import.Error}");
        Assert.Empty(import.Output);
        Assert.Contains("interrupted", import.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_material.Root, "ssfer-dataset-*"));
        Assert.Empty((await RunAsync("data", "list", "--json")).Json.EnumerateArray());
    }

    public void Dispose() => _material.Dispose();

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
