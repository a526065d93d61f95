using System.Text.Json;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Cli.Tests;

[Trait("Category", "Slow")]
public sealed class PredictCommandTests : IDisposable
{
    private const string Whole = "whole.safetensors";
    private readonly Material _material = new();

    public PredictCommandTests() => _material.Write("good.png", Material.Png(1));

    [Fact]
    public async Task Predict_SomePicturesUnusable_PrintsTheOthersAndALineForEachAndFails()
    {
        await WriteModelAsync(Whole, "none");
        _material.Write("pictures/leak.csv", "a,b\n"u8.ToArray());

        var result = await RunAsync("predict", Whole, "nothere.jpg", "good.png", "pictures", "pictures/leak.csv", "pictures/*.jpg");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"^good\.png: (happiness|sadness) \d+ %\r?\n$", result.Output); // nobody looked for a face, so none was missed
        Assert.Collection(
            result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("nothere.jpg does not exist: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("pictures is a folder without pictures", line, StringComparison.Ordinal),
            line => Assert.StartsWith("pictures/leak.csv is not an image SsFer can read", line, StringComparison.Ordinal),
            line => Assert.Equal("pictures/*.jpg matches no file: check the pattern", line.TrimEnd()),
            line => Assert.Equal("error: 4 of 5 pictures could not be used", line.TrimEnd())
        );
    }

    [Fact]
    public async Task Predict_OnePictureThatIsMissing_FailsInOneSentence()
    {
        await WriteModelAsync(Whole, "none");

        (await RunAsync("predict", Whole, "nothere.jpg")).AssertFailed(1, "error: nothere.jpg does not exist: ");
    }

    [Fact]
    public async Task Predict_NoModelNamed_AnswersWithTheBuiltInOne()
    {
        _material.Write("faces/somebody.png", Photographs.OfOneFace(0));

        var alone = await RunAsync("predict", "faces/somebody.png", "--json");
        var folder = await RunAsync("predict", "faces", "--json");

        alone.AssertDone();
        folder.AssertDone();
        Assert.All([alone, folder], result =>
        {
            var picture = Assert.Single(result.Json.GetProperty("pictures").EnumerateArray());
            Assert.Equal(8, picture.GetProperty("faces")[0].GetProperty("probabilities").GetArrayLength());
        });
        Assert.Equal(alone.Json.GetProperty("model").GetString(), folder.Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Predict_OnlyAModelIsNamed_AsksForPictures()
    {
        await WriteModelAsync(Whole, "none");

        (await RunAsync("predict", Whole)).AssertFailed(2, $"error: '{Whole}' is no picture: name pictures, behind a model or alone");
    }

    [Fact]
    public async Task Predict_WithADetector_LeavesNoTraceInHomeAndTemporaryFolder()
    {
        await WriteModelAsync(Whole, "blazeface");
        var home = Directory.CreateDirectory(Path.Combine(_material.Root, "home"));
        var before = Files();

        (string, string?)[] atHome =
        [
            ("HOME", home.FullName),
            ("XDG_CACHE_HOME", null),
            ("CI", null), // in which ONNX Runtime keeps quiet by itself
            ("ORT_DISABLE_TELEMETRY", null),
        ];

        (await SsferProcess.RunWithAsync(atHome, _material.Root, "predict", Whole, "good.png")).AssertDone();

        Assert.Equal(before, Files()); // ONNX Runtime would keep an id of the machine and what it is about to send
    }

    [Fact]
    public async Task Predict_AsJson_HasTheFieldsOfTheEndpointsAnswer()
    {
        await WriteModelAsync(Whole, "none");

        var result = await RunAsync("predict", Whole, "good.png", "nothere.jpg", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["model", "digest", "milliseconds", "pictures"], Names(result.Json));
        var (good, bad) = (result.Json.GetProperty("pictures")[0], result.Json.GetProperty("pictures")[1]);
        Assert.Equal(["name", "status", "width", "height", "faces"], Names(good));
        Assert.Equal(["name", "status", "message", "faces"], Names(bad));
        Assert.Equal(("ok", "unreadable"), (good.GetProperty("status").GetString(), bad.GetProperty("status").GetString()));
        var face = Assert.Single(good.GetProperty("faces").EnumerateArray());
        Assert.Equal(["box", "landmarks", "detectionScore", "expression", "topProbability", "probabilities"], Names(face));
        Assert.Equal(["expression", "probability"], Names(face.GetProperty("probabilities")[0]));
    }

    [Fact]
    public async Task Predict_FoldersAndPatterns_StandForThePicturesInThem()
    {
        await WriteModelAsync(Whole, "none");
        foreach (var name in (string[])["a/2.png", "a/1.PNG", "a/deep/3.png", "b/4.png", "b/5.jpg"])
        {
            _material.Write(name, Material.Png(2));
        }

        _material.Write("a/notes.txt", "no picture"u8.ToArray());

        var result = await RunAsync("predict", Whole, "a", "?/*.jpg", "**/3.*", "--json");

        result.AssertDone();
        Assert.Equal(
            ["a/1.PNG", "a/2.png", "a/deep/3.png", "b/5.jpg", "a/deep/3.png"],
            result.Json.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("name").GetString())
        );
    }

    [Fact]
    public async Task Predict_PicturesOfTwoFacesAndOfNone_TellsOfEachFaceAndInventsNone()
    {
        await WriteModelAsync("faces.safetensors", "blazeface");
        _material.Write("two.png", Photographs.OfTwoFaces());

        var text = await RunAsync("predict", "faces.safetensors", "two.png", "good.png");
        var json = await RunAsync("predict", "faces.safetensors", "two.png", "good.png", "--annotate", "drawn", "--json");

        text.AssertDone();
        Assert.Matches(@"(?m)^two\.png: face 1 of 2, \(\d+, \d+\) to \(\d+, \d+\): \w+ \d+ %\r?$", text.Output);
        Assert.Matches(@"(?m)^two\.png: face 2 of 2, ", text.Output);
        Assert.Matches(@"(?m)^good\.png: no face\r?$", text.Output);
        json.AssertDone();
        var (two, none) = (json.Json.GetProperty("pictures")[0], json.Json.GetProperty("pictures")[1]);
        Assert.Equal(("ok", "no_face"), (two.GetProperty("status").GetString(), none.GetProperty("status").GetString()));
        Assert.Empty(none.GetProperty("faces").EnumerateArray());
        var centres = two.GetProperty("faces")
            .EnumerateArray()
            .Select(face => face.GetProperty("box"))
            .Select(box => (box.GetProperty("left").GetSingle() + box.GetProperty("right").GetSingle()) / 2)
            .Order()
            .ToArray();
        Assert.True(centres is [> 100 and < 220, > 400 and < 580], $"one face left, one right, not {string.Join(", ", centres)}");
        var drawn = Decoded("drawn/two.png");
        Assert.Equal((720, 360), (drawn.Width, drawn.Height)); // enlarged, so that it can be read
        Assert.False(drawn.IsGrey(), "boxes and bars have colours");
        Assert.True(Decoded("drawn/good.png").IsGrey(), "nothing was seen, and nothing is drawn");
    }

    [Fact]
    public async Task Predict_OnnxFile_AnswersAsTheModelItWasExportedFrom()
    {
        await WriteModelAsync(Whole, "none");
        (await RunAsync("export", Whole, "--onnx", "whole.onnx")).AssertDone();

        var trained = await RunAsync("predict", Whole, "good.png", "--json");
        var exported = await RunAsync("predict", "whole.onnx", "good.png", "--json");

        exported.AssertDone();
        Assert.Equal("whole", exported.Json.GetProperty("model").GetString());
        Assert.True(JsonElement.DeepEquals(trained.Json.GetProperty("pictures"), exported.Json.GetProperty("pictures")));
        _material.Write("broken.onnx", "no graph"u8.ToArray());
        (await RunAsync("predict", "broken.onnx", "good.png")).AssertFailed(1, "broken.onnx is not a model", "export it again");
        (await RunAsync("evaluate", "whole.onnx", "--dataset", "any")).AssertFailed(1, "whole.onnx is an ONNX file", ".safetensors");
    }

    [Theory]
    [InlineData("one.png", "one file and there are 2 pictures", "good.png", "good.png")]
    [InlineData("nodir/one.png", "'nodir/one.png'", "good.png")]
    [InlineData("good.txt", "'good.txt' is a file", "good.png")]
    public async Task Predict_AnnotationsThatCannotBeWritten_AreRefusedBeforeTheModelIsRead(
        string target,
        string word,
        params string[] images
    )
    {
        _material.Write("good.txt", "text"u8.ToArray());

        (await RunAsync(["predict", "none", .. images, "--annotate", target])).AssertFailed(2, word, "--annotate");
    }

    public void Dispose() => _material.Dispose();

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private Picture Decoded(string file) => new PictureDecoder().Decode(File.ReadAllBytes(Path.Combine(_material.Root, file)), file);

    private IEnumerable<string> Files() =>
        [.. Directory.EnumerateFileSystemEntries(_material.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private Task WriteModelAsync(string name, string detector) =>
        RandomModel.WriteAsync(
            Path.Combine(_material.Root, name),
            new FacePreparation { Size = RandomModel.Size, Detector = detector },
            TestContext.Current.CancellationToken
        );

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
