using SsFer.Artifacts.Datasets;
using SsFer.Faces.Detection;

namespace SsFer.FaceDetection.Tests;

public sealed class PrepareDatasetTests : IDisposable
{
    private static readonly PreparationOptions Annotated = new() { Size = 48, Detector = DetectorChoice.Annotated };
    private readonly TestDataset _dataset = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _dataset.Dispose();

    [Fact]
    public async Task Run_NoDetector_KeepsEveryPictureWholeAtTheSizeAskedFor()
    {
        await _dataset.ImportAsync(Token, ("a", TestDataset.Pattern(600, 400), null), ("b", TestDataset.Pattern(20, 20), "happiness"));

        var manifest = await RunAsync(new PreparationOptions { Size = 32, Detector = DetectorChoice.None });

        var faces = await _dataset.ReadAsync(manifest, Token);
        Assert.All(faces, face => Assert.Equal((32, 32, null), (face.Picture.Width, face.Picture.Height, face.Item.Box)));
        Assert.Equal([null, "happiness"], faces.Select(face => face.Item.Label));
        Assert.Equal(
            (DatasetKind.Prepared, 32, "2", "0"),
            (manifest.Kind, manifest.Size, manifest.Provenance["noFace"], manifest.Provenance["shareDetected"])
        );
        Assert.Equal("0", manifest.Provenance["kappaMean"]); // every picture stands for itself with the same box
        Assert.Equal(manifest.Version, (await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared[32]);
    }

    [Fact]
    public async Task Run_Annotated_CarriesBoxAndLandmarksIntoThePreparedFace()
    {
        // A tight crop, so the frame stays as it is and everything is halved.
        var item = TestDataset.Item("a") with { Box = [10, 6, 90, 94], Landmarks = [30, 40, 70, 40], DetectionScore = 0.75f };
        await _dataset.ImportAsync([(item, TestDataset.Pattern(96, 96))], Token);

        var (face, picture) = Assert.Single(await _dataset.ReadAsync(await RunAsync(Annotated), Token));

        Assert.Equal(48, picture.Width);
        Assert.Equal([5f, 3f, 45f, 47f], face.Box!, Near);
        Assert.Equal([15f, 20f, 35f, 20f], face.Landmarks!, Near);
        Assert.Equal(0.75f, face.DetectionScore);

        static bool Near(float a, float b) => Math.Abs(a - b) < 1e-3f;
    }

    [Fact]
    public async Task Run_NoFaceFound_KeepsTightCropsAndLabelsAndRejectsPhotographs()
    {
        await _dataset.ImportAsync(
            Token,
            ("crop", TestDataset.Pattern(256, 200), null),
            ("labelled", TestDataset.Pattern(600, 400, 1), "neutral"),
            ("photograph", TestDataset.Pattern(600, 400, 2), null)
        );

        var manifest = await RunAsync(Annotated);

        Assert.Equal(["crop", "labelled"], (await _dataset.ReadAsync(manifest, Token)).Select(face => face.Item.Key));
        Assert.Equal([new RejectedItem("set.zip/photograph.png", "no face found")], manifest.Rejected);
        Assert.Equal("2", manifest.Provenance["noFace"]);
    }

    [Fact]
    public async Task Run_BrokenPictures_AreRejectedAndTheRestIsPrepared()
    {
        var good = TestDataset.Pattern(48, 48);
        await _dataset.ImportAsync(Token, ("a", good, null), ("b", good[..^20], null), ("c", [1, 2, 3], null));

        var manifest = await RunAsync(Annotated);

        Assert.Equal(1, manifest.Counts["train"][""]);
        Assert.Equal(["set.zip/b.png", "set.zip/c.png"], manifest.Rejected.Select(item => item.Source));
    }

    [Fact]
    public async Task Run_DegenerateShapes_DoNotEndTheJob()
    {
        await _dataset.ImportAsync(
            Token,
            ("dot", TestDataset.Pattern(1, 1), null),
            ("line", TestDataset.Pattern(5000, 1), "neutral"),
            ("pole", TestDataset.Pattern(2, 3000), "neutral")
        );

        var manifest = await RunAsync(new PreparationOptions { Size = 48 });

        Assert.All(await _dataset.ReadAsync(manifest, Token), face => Assert.Equal((48, 48), (face.Picture.Width, face.Picture.Height)));
        Assert.Equal(3, manifest.Counts["train"].Values.Sum());
    }

    [Fact]
    public async Task Run_EverythingRejected_FailsNamingTheFirstAndPublishesNothing()
    {
        await _dataset.ImportAsync(Token, ("a", [1, 2, 3], null), ("b", [1], null));

        var error = await Assert.ThrowsAsync<PreparationException>(() => RunAsync(Annotated));

        Assert.StartsWith(
            "none of the 2 pictures of 'faces' can be used; the first, 'set.zip/a.png': ",
            error.Message,
            StringComparison.Ordinal
        );
        await AssertNothingPreparedAsync();
    }

    [Fact]
    public async Task Run_TwiceWithOtherParallelism_GivesTheSameVersion()
    {
        await _dataset.ImportAsync(
            Token,
            [.. Enumerable.Range(0, 60).Select(i => ($"{i:000}", TestDataset.Pattern(30 + i, 50, i), (string?)null))]
        );

        var one = await RunAsync(Annotated with { Parallelism = 1 });
        var eight = await RunAsync(Annotated with { Parallelism = 8 });

        Assert.Equal(one.Version, eight.Version);
    }

    [Fact]
    public async Task Run_CancelledMidway_LeavesNoVersion()
    {
        await _dataset.ImportAsync(
            Token,
            [.. Enumerable.Range(0, 60).Select(i => ($"{i:000}", TestDataset.Pattern(30, 50, i), (string?)null))]
        );
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new ActionProgress(state =>
        {
            if (state.Done == 20)
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _dataset.Preparation.RunAsync(TestDataset.Name, Annotated, progress, stop.Token)
        );

        await AssertNothingPreparedAsync();
    }

    [Fact]
    public async Task Run_PicturesImportedAnewMeanwhile_LeavesTheNewerFacesCurrentAndSaysWhatToDo()
    {
        await _dataset.ImportAsync(Token, ("a", TestDataset.Pattern(48, 48), null), ("b", TestDataset.Pattern(48, 48, 1), null));
        string? newer = null;
        var progress = new ActionProgress(state =>
        {
            if (state.Done == 1 && newer is null)
            {
                newer = ImportAndPrepareAsync().GetAwaiter().GetResult();
            }
        });

        var error = await Assert.ThrowsAsync<PreparationException>(() =>
            _dataset.Preparation.RunAsync(TestDataset.Name, Annotated, progress, Token)
        );

        Assert.Contains("imported anew", error.Message, StringComparison.Ordinal);
        Assert.Contains("run ssfer data prepare faces", error.Message, StringComparison.Ordinal);
        Assert.Equal(newer, (await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared[48]);

        async Task<string> ImportAndPrepareAsync()
        {
            await _dataset.ImportAsync(Token, ("c", TestDataset.Pattern(48, 48, 2), null));
            return (await RunAsync(Annotated)).Version;
        }
    }

    [Fact]
    public async Task Run_UnknownDataset_SaysWhatThereIs()
    {
        await _dataset.ImportAsync(Token, ("a", TestDataset.Pattern(48, 48), null));

        var error = await Assert.ThrowsAsync<DatasetNotFoundException>(() =>
            _dataset.Preparation.RunAsync("other", Annotated, null, Token)
        );

        Assert.Contains(TestDataset.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingModel_NamesTheFile()
    {
        await _dataset.ImportAsync(Token, ("a", TestDataset.Pattern(48, 48), null));

        var error = await Assert.ThrowsAsync<DetectorModelException>(() =>
            RunAsync(new PreparationOptions { Detector = DetectorChoice.Parse("yolo-face=/nowhere/y.onnx") })
        );

        Assert.Contains("/nowhere/y.onnx", error.Message, StringComparison.Ordinal);
    }

    private Task<DatasetManifest> RunAsync(PreparationOptions options) =>
        _dataset.Preparation.RunAsync(TestDataset.Name, options, null, Token);

    private async Task AssertNothingPreparedAsync()
    {
        Assert.Empty((await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared);
        var manifests = 0;
        await foreach (var artifact in _dataset.Store.ListAsync("datasets/", Token))
        {
            manifests += artifact.Path.EndsWith("/manifest.json", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal(1, manifests); // the raw one
    }

    private sealed class ActionProgress(Action<PreparationProgress> report) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => report(value);
    }
}
