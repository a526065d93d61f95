using SsFer.Cli.Commands.Demo;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests.Demo;

[Trait("Category", "Slow")]
public sealed class DemoCommandTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "demo",
        "--count",
        "280",
        "--labels",
        "4/class",
        "--recipe",
        "smoke",
        "--set",
        "Execution.Threads=1",
        "--json",
    ];

    private readonly Material _material = new();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Demo_Tiny_PrintsTheTableAndSavesThePicture()
    {
        var demo = await RunAsync([.. Tiny, "--out", "picture.png"]);

        demo.AssertDone();
        var rows = demo.Json.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(
            ["from scratch", "+ pre-training", "+ FaceMix", "+ EMA teacher"],
            rows.Select(row => row.GetProperty("model").GetString())
        );
        Assert.All(rows, row =>
            Assert.True(
                row.GetProperty("lower").GetDouble() <= row.GetProperty("accuracy").GetDouble()
                    && row.GetProperty("accuracy").GetDouble() <= row.GetProperty("upper").GetDouble()
            )
        );
        Assert.All(rows, row => Assert.True(row.GetProperty("seconds").GetDouble() > 0));
        Assert.Equal((28, 28), (demo.Json.GetProperty("labels").GetInt32(), demo.Json.GetProperty("testFaces").GetInt32()));
        Assert.True(Directory.Exists(Path.Combine(_material.Root, ".ssfer-demo")), "the demo has a store of its own");
        Assert.False(Directory.Exists(Path.Combine(_material.Root, ".ssfer")), "and leaves the other alone");
        AssertIsDrawn("picture.png");

        var again = await RunAsync([.. Tiny, "--out", "again.png"]);
        again.AssertDone();
        Assert.Equal(demo.Json.GetProperty("rows").GetRawText(), again.Json.GetProperty("rows").GetRawText());
        Assert.DoesNotContain("images/s", again.Error, StringComparison.Ordinal);
        Assert.Equal(Bytes("picture.png"), Bytes("again.png"));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Demo_KilledInPretraining_ResumesWhenStartedAgain()
    {
        string[] line = [.. Tiny, "--store", "own", "--set", "Pretraining.Epochs=20"];
        using (var process = SsferProcess.Start(_material.Root, line))
        {
            while (!IsCheckpointed() && !process.HasExited)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            process.Kill();
        }

        var resumed = await RunAsync(line);

        resumed.AssertDone();
        Assert.Contains("resumes at step", resumed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("draw:", resumed.Error, StringComparison.Ordinal);
        AssertIsDrawn("demo.png");
    }

    [Fact]
    public async Task Demo_PictureInAFolderThatIsMissing_Exits2BeforeAnythingIsDone()
    {
        (await RunAsync("demo", "--out", "nowhere/demo.png")).AssertFailed(2, "nowhere/demo.png", "--out");

        Assert.False(Directory.Exists(Path.Combine(_material.Root, ".ssfer-demo")));
    }

    [Theory]
    [InlineData("--labels", "many")]
    [InlineData("--recipe", "huge")]
    [InlineData("--device", "gpu")]
    public async Task Demo_WhatCannotBe_Exits2BeforeAnythingIsDone(string option, string value) =>
        (await RunAsync("demo", "--count", "70", option, value)).AssertFailed(2, value);

    [Fact]
    public async Task ImportSynthetic_ThenPrepareAnnotated_KeepsEveryBox()
    {
        var import = await RunAsync(
            "data",
            "import",
            "synthetic",
            "--name",
            "drawn",
            "--count",
            "70",
            "--seed",
            "3",
            "--size",
            "64",
            "--json"
        );
        var prepare = await RunAsync("data", "prepare", "drawn", "--size", "32", "--detector", "annotated", "--json");

        import.AssertDone();
        Assert.Equal(8, import.Json.GetProperty("counts").GetProperty("train").GetProperty("fear").GetInt32());
        Assert.Contains("drawn", import.Json.GetProperty("provenance").GetProperty("synthetic").GetString(), StringComparison.Ordinal);
        prepare.AssertDone();
        Assert.Equal("1", prepare.Json.GetProperty("provenance").GetProperty("shareDetected").GetString());
    }

    public void Dispose() => _material.Dispose();

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);

    private byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(_material.Root, file));

    private void AssertIsDrawn(string file)
    {
        var picture = new PictureDecoder().Decode(Bytes(file), file);
        Assert.Equal((DemoFigure.Width, DemoFigure.Height), (picture.Width, picture.Height));
        var colours = new HashSet<int>();
        for (var i = 0; i < picture.Pixels.Length; i += 3)
        {
            colours.Add((picture.Pixels[i] << 16) | (picture.Pixels[i + 1] << 8) | picture.Pixels[i + 2]);
        }

        Assert.True(colours.Count > 5000, $"a picture of faces has many colours, not {colours.Count}");
    }

    private bool IsCheckpointed() =>
        Directory.Exists(Path.Combine(_material.Root, "own", "runs"))
        && Directory
            .EnumerateFiles(Path.Combine(_material.Root, "own", "runs"), "pretraining.json", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains("\"step\"", StringComparison.Ordinal));
}
