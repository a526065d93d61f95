using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Commands;
using SsFer.Cli.Commands.Models;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.Faces.Cutting;
using SsFer.Faces.Imaging;
using SsFer.Inference;
using SsFer.Recipes;
using SsFer.Stages.Faces;

namespace SsFer.Cli.Tests;

[Trait("Category", "Slow")]
public sealed class FacesForModelTests : IDisposable
{
    private const string ModelFile = "m.safetensors";
    private static readonly string[] Classes = ["happiness", "sadness"];
    private readonly Material _material = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Model => Path.Combine(_material.Root, ModelFile);

    [Fact]
    public async Task OnePicture_PreparedEvaluatedPredictedAndServed_IsCutToTheSameBytes()
    {
        await RandomModel.WriteAsync(Model, new FacePreparation { Size = RandomModel.Size, Margin = 0.3f }, Token);
        var photograph = Photographs.OfOneFace(0);
        _material.Write("photos/validation/happiness/one.png", photograph);
        await ImportAsync();
        using var model = await StoredModel.OpenAsync(Store, Model, Token);

        // Evaluation comes first: what is there is cut otherwise, so it has to cut for itself.
        var evaluated = await EvaluatedAsync(model);
        (await RunAsync("data", "prepare", "ph", "--size", $"{RandomModel.Size}", "--margin", "0.3")).AssertDone();
        var prepared = await PreparedAsync();
        using var terminal = PredictCommand.Open(await ModelForPictures.OpenAsync(Store, Model, Token), null);
        using var endpoint = new FaceExpressionPipeline(await ModelForPictures.OpenAsync(Store, Model, Token), new InferenceOptions());
        var file = PictureFile.Open(photograph, "one.png", ImageBudget.Default);

        Assert.Equal(3 * RandomModel.Size * RandomModel.Size, prepared.Length);
        Assert.Equal(prepared, evaluated);
        Assert.Equal(prepared, Assert.Single(Look(terminal)).Cut.Pixels.ToArray());
        Assert.Equal(prepared, Assert.Single(Look(endpoint)).Cut.Pixels.ToArray());

        IReadOnlyList<CutFace> Look(FaceExpressionPipeline pipeline) =>
            pipeline.Look(file, new AnswerOptions(), new PhaseClock(TimeProvider.System), Token).Faces;
    }

    [Fact]
    public async Task Predict_WithAModelWhoseFileWasChanged_IsRefused()
    {
        await Store.PutAsync(ServedModel.PathOf("m"), new MemoryStream([1, 2, 3]), Token);
        await Store.PutAsync(ModelPaths.Card("m"), new MemoryStream("{\"onnxSha256\": \"00\"}"u8.ToArray()), Token);

        var fault = await Assert.ThrowsAsync<CorruptArtifactException>(() => ModelForPictures.OpenAsync(Store, "m", Token));

        Assert.StartsWith(
            "models/m/model.onnx is not the file that was evaluated: its SHA-256 is 039058c6",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Evaluate_FacesPreparedOtherwise_ArePreparedAsTheModelSaysAndItAgreesWithPredict()
    {
        await RandomModel.WriteAsync(Model, new FacePreparation { Size = RandomModel.Size }, Token);
        for (var i = 0; i < 6; i++)
        {
            _material.Write($"photos/validation/{Classes[i % 2]}/{i}.png", Photographs.OfOneFace(i));
        }

        await ImportAsync();
        var before = await new DatasetCatalog(Store).GetAsync("ph", Token);

        var evaluation = await RunAsync("evaluate", ModelFile, "--dataset", "ph:validation", "--json");
        var predicted = await RunAsync("predict", ModelFile, "photos", "--json");

        evaluation.AssertDone();
        Assert.Contains(
            "ph is cut otherwise than the model's faces were (detector none instead of blazeface)",
            evaluation.Error,
            StringComparison.Ordinal
        );
        predicted.AssertDone();
        var right = predicted
            .Json.GetProperty("pictures")
            .EnumerateArray()
            .Count(picture =>
                picture
                    .GetProperty("name")
                    .GetString()!
                    .Contains($"/{picture.GetProperty("faces")[0].GetProperty("expression").GetString()}/", StringComparison.Ordinal)
            );
        Assert.Equal(right / 6.0, evaluation.Json.GetProperty("accuracy").GetDouble(), 9);
        Assert.Equal(before.Prepared, (await new DatasetCatalog(Store).GetAsync("ph", Token)).Prepared);
    }

    [Fact]
    public async Task Evaluate_FacesThatCannotBeCutAsTheModelsWere_IsRefusedAndTheCureNamed()
    {
        await RandomModel.WriteAsync(Model, new FacePreparation { Size = RandomModel.Size, Detector = "yolo-face" }, Token);
        _material.Write("photos/validation/happiness/one.png", Material.Png(1));
        await ImportAsync();

        (await RunAsync("evaluate", ModelFile, "--dataset", "ph:validation")).AssertFailed(
            2,
            "detector none instead of yolo-face",
            "ssfer data prepare ph --size 32 --detector yolo-face=MODEL.onnx --margin 0.15"
        );
    }

    [Fact]
    public async Task Evaluate_SplitThatTheDatasetDoesNotHave_IsRefusedAndThoseItHasAreNamed()
    {
        await RandomModel.WriteAsync(Model, new FacePreparation { Size = RandomModel.Size, Detector = "none" }, Token);
        _material.Write("photos/validation/happiness/one.png", Material.Png(1));
        await ImportAsync();

        (await RunAsync("evaluate", ModelFile, "--dataset", "ph:test")).AssertFailed(2, "no split 'test'", "validation");
    }

    public void Dispose() => _material.Dispose();

    private FolderArtifactStore Store => new(Path.Combine(_material.Root, ".ssfer"));

    /// <summary>With faces that are prepared as no model of these tests wants them, apart from those that look at whole pictures.</summary>
    private async Task ImportAsync()
    {
        (await RunAsync("data", "import", "folders", "photos", "--name", "ph")).AssertDone();
        (await RunAsync("data", "prepare", "ph", "--size", $"{RandomModel.Size}", "--detector", "none")).AssertDone();
    }

    private async Task<byte[]> EvaluatedAsync(StoredModel model)
    {
        var terminal = new CommandTerminal(TextWriter.Null, TextWriter.Null, json: false, interactive: false, TimeProvider.System);
        var session = new CommandSession(terminal, Store.Root, TimeProvider.System);
        var reference = await new FacesForModel(session, model).ResolveAsync("ph:validation", Token);
        return await PixelsAsync(reference);
    }

    private async Task<byte[]> PreparedAsync()
    {
        var version = await new DatasetCatalog(Store).GetPreparedAsync("ph", RandomModel.Size, Token);
        using var reader = await DatasetReader.OpenAsync(Store, "ph", version, Path.Combine(_material.Root, "cache"), Token);
        await foreach (var entry in reader.EntriesAsync(Token))
        {
            var encoded = new byte[entry.Length];
            reader.ReadImage(entry, encoded);
            return new PictureDecoder().Decode(encoded, entry.Item.Key).Pixels.ToArray();
        }

        return [];
    }

    /// <summary>Of the one face, interleaved as pictures are.</summary>
    private async Task<byte[]> PixelsAsync(DatasetReference reference)
    {
        using var faces = await PreparedFaces.OpenAsync(Store, reference, Path.Combine(_material.Root, "cache"), Token);
        var face = faces.Read(0);
        return [.. Enumerable.Range(0, 3 * face.Width * face.Height).Select(i => face.Plane(Math.Min(i % 3, face.Channels - 1))[i / 3])];
    }

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
