namespace SsFer.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Material _material = new();

    [Theory]
    [InlineData("ssfer --help", "dta", "list")]
    [InlineData("ssfer data --help", "data", "lst")]
    [InlineData("ssfer data list --help", "data", "list", "--sotre", "x")]
    [InlineData("ssfer data import faces --help", "data", "import", "faces", "--name", "n")]
    [InlineData(
        "ssfer data import ferplus --help",
        "data",
        "import",
        "ferplus",
        "--images",
        "i",
        "--votes",
        "v",
        "--name",
        "n",
        "--rule",
        "mode"
    )]
    [InlineData("ssfer data import faces --help", "data", "import", "faces", "x", "--name", "Not/Good")]
    [InlineData("ssfer data import folders --help", "data", "import", "folders", "x", "--name", "n", "--hold-out", "100%")]
    [InlineData(
        "ssfer data import csv --help",
        "data",
        "import",
        "csv",
        "--table",
        "t",
        "--images",
        "i",
        "--image-column",
        "a",
        "--label-column",
        "b",
        "--name",
        "n",
        "--box-columns",
        "x,y,w"
    )]
    [InlineData("ssfer data import rafdb --help", "data", "import", "rafdb", "x", "--name", "n", "--pictures", "cropped")]
    [InlineData("ssfer data import affectnet --help", "data", "import", "affectnet", "x", "--name", "n", "--classes", "6")]
    [InlineData("ssfer data import adience --help", "data", "import", "adience", "x", "--name", "n")]
    [InlineData("ssfer data prepare --help", "data", "prepare", "n", "--size", "0")]
    [InlineData("ssfer data prepare --help", "data", "prepare", "n", "--border", "2")]
    public async Task Line_NotUnderstood_Exits2AndNamesTheHelp(string help, params string[] arguments)
    {
        var result = await SsferShell.RunAsync(_material.Root, arguments);

        result.AssertFailed(2);
        Assert.Contains($"usage: {help}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'trian' of ssfer: did you mean 'train'?", "trian", "--labelled", "n")]
    [InlineData("'delete' of ssfer data: there are import, list, prepare, show", "data", "delete")]
    [InlineData("'lsit' of ssfer models: did you mean 'list'?", "models", "lsit")]
    [InlineData(
        "'--holdout' of ssfer data import folders: did you mean '--hold-out'?",
        "data",
        "import",
        "folders",
        "x",
        "--holdout",
        "20%"
    )]
    [InlineData("'--lables' of ssfer train: did you mean '--labels'?", "train", "--labelled", "n", "--lables=10%")]
    [InlineData("'--jsn' of ssfer runs list: did you mean '--json'?", "runs", "list", "--jsn")]
    [InlineData("'--nme' of ssfer data import faces: did you mean '--name'?", "data", "import", "faces", "x", "--nme", "n")]
    [InlineData("'--quiet' of ssfer data list: there are --help, --json, --store, --verbose", "data", "list", "--quiet")]
    public async Task Word_Mistyped_IsNamedWithTheNearest(string message, params string[] arguments) =>
        (await SsferShell.RunAsync(_material.Root, arguments)).AssertFailed(2, message);

    [Theory]
    [InlineData("train ")]
    [InlineData("import ", "data")]
    [InlineData("synthetic ", "data", "import")]
    public async Task Group_Alone_ShowsItsHelp(string command, params string[] arguments)
    {
        var result = await SsferShell.RunAsync(_material.Root, arguments);

        result.AssertDone();
        Assert.Contains(command, result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Prepare_UnknownDetector_Exits2AndNamesTheDetectors() =>
        (await SsferShell.RunAsync(_material.Root, "data", "prepare", "n", "--detector", "haar")).AssertFailed(
            2,
            "haar",
            "blazeface",
            "annotated"
        );

    [Fact]
    public async Task Pretrain_UnknownDevice_Exits2AndNamesTheDevices() =>
        (await SsferShell.RunAsync(_material.Root, "pretrain", "--unlabelled", "n", "--device", "gpu")).AssertFailed(2, "gpu", "cuda:n");

    [Fact]
    public async Task RecipeShow_UnknownKey_Exits2AndNamesIt() =>
        (await SsferShell.RunAsync(_material.Root, "recipe", "show", "compact", "--set", "FineTuning.Epoch=3")).AssertFailed(
            2,
            "FineTuning.Epoch"
        );

    [Fact]
    public async Task RecipeShow_UnknownRecipe_Exits2AndNamesThoseThatAre() =>
        (await SsferShell.RunAsync(_material.Root, "recipe", "show", "huge")).AssertFailed(2, "huge", "compact");

    [Fact]
    public async Task RecipeShow_Override_IsListedWithItsSource()
    {
        var result = await SsferShell.RunAsync(
            _material.Root,
            "recipe",
            "show",
            "compact",
            "--set",
            "FineTuning.Epochs=3",
            "--set",
            "Seed=7",
            "--json"
        );

        result.AssertDone();
        var settings = result.Json.GetProperty("settings").EnumerateArray().ToDictionary(line => line.GetProperty("path").GetString()!);
        Assert.Equal("3", settings["FineTuning.Epochs"].GetProperty("value").GetString());
        Assert.Equal("set for this run", settings["Seed"].GetProperty("source").GetString());
        Assert.NotEqual("set for this run", settings["Model.Width"].GetProperty("source").GetString());
    }

    [Fact]
    public async Task RunsShow_UnknownRun_FailsAndNamesIt() =>
        (await SsferShell.RunAsync(_material.Root, "runs", "show", "r1")).AssertFailed(1, "r1", "runs list");

    [Fact]
    public async Task Store_ThatIsAFile_Exits2AndNamesIt()
    {
        var file = _material.Write("store", [1]);

        (await SsferShell.RunAsync(_material.Root, "data", "list", "--store", file)).AssertFailed(2, file, "--store");
    }

    [Fact]
    public async Task Store_UnnamedAndAFile_Exits2AndNamesIt()
    {
        _material.Write(".ssfer", [1]);

        (await SsferShell.RunAsync(_material.Root, "data", "list")).AssertFailed(2, "'.ssfer'", "--store");
    }

    [Fact]
    public async Task Help_OfTheDemo_TellsTheStoreItUses() =>
        Assert.Contains(
            "[default: .ssfer; of the demo: .ssfer-demo]",
            (await SsferShell.RunAsync(_material.Root, "demo", "--help")).Output.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Help_OfEveryCommand_IsOnStandardOutput()
    {
        var result = await SsferShell.RunAsync(_material.Root, "data", "import", "ferplus", "--help");

        result.AssertDone();
        Assert.Contains("--votes", result.Output, StringComparison.Ordinal);
        Assert.Contains("--store", result.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _material.Dispose();
}
