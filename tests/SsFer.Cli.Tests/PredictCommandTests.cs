using System.IO.Compression;
using SsFer.Artifacts.Models;
using SsFer.Faces.Imaging;
using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using SsFer.Stages;

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

        var result = await RunAsync("predict", Whole, "nothere.jpg", "good.png", "pictures", "pictures/leak.csv");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"^good\.png: (happiness|sadness) \d+ %\r?\n$", result.Output); // nobody looked for a face, so none was missed
        Assert.Collection(
            result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("nothere.jpg does not exist: ", line, StringComparison.Ordinal),
            line => Assert.Equal("pictures is a folder: name the pictures in it, such as pictures/*.jpg", line.TrimEnd()),
            line => Assert.StartsWith("pictures/leak.csv is not an image SsFer can read", line, StringComparison.Ordinal),
            line => Assert.Equal("error: 3 of 4 pictures could not be used", line.TrimEnd())
        );
    }

    [Fact]
    public async Task Predict_OnePictureThatIsMissing_FailsInOneSentence()
    {
        await WriteModelAsync(Whole, "none");

        (await RunAsync("predict", Whole, "nothere.jpg")).AssertFailed(1, "error: nothere.jpg does not exist: ");
    }

    [Fact]
    public async Task Predict_UnusablePictureAsJson_StandsInTheDocument()
    {
        await WriteModelAsync(Whole, "none");

        var result = await RunAsync("predict", Whole, "good.png", "nothere.jpg", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            ["image", "expression", "probability", "probabilities"],
            result.Json[0].EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(["image", "error"], result.Json[1].EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Predict_PictureOfTwoFaces_SaysHowManyThereAreAndWhichWasMeant()
    {
        await WriteModelAsync("faces.safetensors", "blazeface");
        WriteTwoFaces("two.png");

        var text = await RunAsync("predict", "faces.safetensors", "two.png", "good.png");
        var json = await RunAsync("predict", "faces.safetensors", "two.png", "good.png", "--json");

        text.AssertDone();
        Assert.Matches(@"(?m)^two\.png: \w+ \d+ % \(the most prominent of 2 faces\)\r?$", text.Output);
        Assert.Matches(@"(?m)^good\.png: \w+ \d+ % \(no face found, the whole picture was used\)\r?$", text.Output);
        json.AssertDone();
        Assert.Equal([2, 0], json.Json.EnumerateArray().Select(picture => picture.GetProperty("facesFound").GetInt32()));
        float[] box = [.. json.Json[0].GetProperty("box").EnumerateObject().Select(side => side.Value.GetSingle())];
        Assert.True(
            box is [>= 320, >= 0, <= 640, <= 320] && box[0] < box[2] && box[1] < box[3],
            $"the larger face is the right one, not {string.Join(", ", box)}"
        );
        Assert.False(json.Json[1].TryGetProperty("box", out _));
    }

    public void Dispose() => _material.Dispose();

    /// <summary>A small face to the left, a large one to the right.</summary>
    private void WriteTwoFaces(string name)
    {
        const int Height = 320;
        using var zip = ZipFile.OpenRead(Path.Combine(Material.RealData, "lfw", "lfw-128.zip"));
        using var memory = new MemoryStream();
        using (var entry = zip.Entries.First(entry => entry.Length > 0).Open())
        {
            entry.CopyTo(memory);
        }

        var face = new PictureDecoder().Decode(memory.ToArray(), "face");
        byte[] pixels = [.. Enumerable.Repeat((byte)128, 2 * Height * Height * 3)];
        foreach (var (left, top, side) in new[] { (100, 100, 120), (400, 70, 180) })
        {
            var sized = face.Resize(side, side);
            for (var row = 0; row < side; row++)
            {
                sized.Pixels.Slice(row * side * 3, side * 3).CopyTo(pixels.AsSpan((((top + row) * 2 * Height) + left) * 3));
            }
        }

        _material.Write(name, new Picture(2 * Height, Height, pixels).EncodePng());
    }

    /// <summary>A small classifier of random weights.</summary>
    private async Task WriteModelAsync(string name, string detector)
    {
        string[] classes = ["happiness", "sadness"];
        var settings = RecipeCatalog.Smoke.Model;
        var model = new VisionTransformer(settings, classes.Length);
        using var parameters = ParameterSet.Initialised(model.Layout, 1);
        var description = new ModelDescription
        {
            Model = settings,
            Normalisation = new Normalisation(),
            Classes = classes,
        };
        var preparation = new FacePreparation { Size = settings.ImageSize, Detector = detector };
        var metadata = new Dictionary<string, string>(description.ToMetadata().Append(preparation.ToMetadata()));
        await using var file = File.Create(Path.Combine(_material.Root, name));
        await Safetensors.WriteAsync(file, NamedWeights.Of(parameters).ToDictionary(), metadata, TestContext.Current.CancellationToken);
    }

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferProcess.RunAsync(_material.Root, arguments);
}
