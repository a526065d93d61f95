using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.Recipes;
using SsFer.Stages.Faces;

namespace SsFer.Stages.Tests;

public sealed class FacesTests : IDisposable
{
    private readonly StagesBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PreparedFaces_ASplit_HasItsFacesWithLabelsBoxesAndPixels()
    {
        var dataset = await _bench.WriteAsync("mini", 40);

        using var faces = await OpenAsync(dataset with { Split = DatasetSplit.Train });

        Assert.Equal(36, faces.Count);
        Assert.Equal((0, 1, 0, -1), (faces.LabelOf(0), faces.LabelOf(1), faces.LabelOf(2), faces.LabelOf(3)));
        Assert.Equal(0.25f, faces.BoxOf(0)!.Value.X0);
        Assert.Null(faces.BoxOf(1));
        Assert.True(faces.IsDuplicate(5));
        Assert.False(faces.IsDuplicate(1));
        Assert.Equal([0, -1, -1, -1], faces.LabelsByRule["strict"][..4]);
        Assert.Equal([7, 2], faces.VotesOf(0).ToArray()); // in the order of the classes, sad and happy
        Assert.True(faces.VotesOf(1).IsEmpty);
        Assert.True(faces.VotesOf(2).IsEmpty); // votes for no class are none
        Assert.Equal([7, 2], new FaceUnion([faces, new FaceSubset(faces, [3, 4])]).VotesOf(faces.Count + 1).ToArray());
        // The tenth picture is of validation, so the tenth face is the eleventh picture.
        var expected = StagesBench.PictureOf(10);
        var actual = faces.Read(9);
        Assert.Equal((1, StagesBench.Side, StagesBench.Side), (actual.Channels, actual.Height, actual.Width));
        Assert.Equal(expected.Pixels[0], actual.Pixels[0]);
        var colour = faces.Read(1);
        Assert.Equal(3, colour.Channels);
        Assert.Equal(StagesBench.PictureOf(1).Pixels[3 * 7 + 2], colour.Plane(2)[7]);
    }

    [Fact]
    public async Task PreparedFaces_RawDataset_IsRefusedWithTheCure()
    {
        var dataset = await _bench.WriteAsync("mini", 3, DatasetKind.Raw);

        var refusal = await Assert.ThrowsAsync<PermanentStageException>(() => OpenAsync(dataset));

        Assert.Contains("ssfer data prepare mini", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PreparedFaces_FaceOfAnotherSize_IsRefusedByName()
    {
        var dataset = await _bench.WriteAsync("mini", 3, picture: index =>
            StagesBench.PictureOf(index).Resize(index == 2 ? 8 : StagesBench.Side, StagesBench.Side)
        );

        var refusal = await Assert.ThrowsAsync<PermanentStageException>(() => OpenAsync(dataset));

        Assert.Contains("'00002' has 8 x 16 pixels instead of 16 x 16", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecodedFaces_CacheCutShort_IsMadeAgain()
    {
        var dataset = await _bench.WriteAsync("mini", 10);
        byte[] before;
        using (var faces = await OpenAsync(dataset))
        {
            before = faces.Read(9).Pixels;
        }

        var cache = Assert.Single(Directory.GetFiles(Path.Combine(_bench.Cache, "decoded")));
        using (var stream = new FileStream(cache, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        using var again = await OpenAsync(dataset);

        Assert.Equal(before, again.Read(9).Pixels);
    }

    [Fact]
    public async Task DecodedFaces_MoreThanTheCacheHasRoomFor_EvictsTheOldestNotInUseAndDecodesItAgain()
    {
        var bytes = 20 * (1 + 3 * StagesBench.Side * StagesBench.Side);
        var cache = new CacheSpace(_bench.Cache, bytes * 5 / 4);
        var first = await _bench.WriteAsync("one", 10);
        var second = await _bench.WriteAsync("two", 20);

        byte[] before,
            whileOpen;
        using (var reader = await PreparedFaces.OpenAsync(_bench.Store, first, cache, Token))
        {
            before = reader.Read(9).Pixels;
            (await PreparedFaces.OpenAsync(_bench.Store, second, cache, Token)).Dispose();
            Assert.Equal(["one", "two"], Decoded()); // both in use, whatever the bound
            whileOpen = reader.Read(9).Pixels;
        }

        Assert.Equal(before, whileOpen);
        File.Delete(Directory.GetFiles(Path.Combine(_bench.Cache, "decoded"), "two-*").Single());
        (await PreparedFaces.OpenAsync(_bench.Store, second, cache, Token)).Dispose();
        Assert.Equal(["two"], Decoded());
        using var again = await PreparedFaces.OpenAsync(_bench.Store, first, cache, Token);
        Assert.Equal(before, again.Read(9).Pixels);
        Assert.Equal(["one"], Decoded());

        IEnumerable<string> Decoded() =>
            Directory.GetFiles(Path.Combine(_bench.Cache, "decoded")).Select(file => Path.GetFileName(file).Split('-')[0]).Order();
    }

    [Fact]
    public async Task DecodedFaces_OpenedByManyAtOnce_AreTheSame()
    {
        var dataset = await _bench.WriteAsync("mini", 50);

        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => OpenAsync(dataset), Token)));

        Assert.All(opened, faces => Assert.Equal(opened[0].Read(33).Pixels, faces.Read(33).Pixels));
        Assert.Single(Directory.GetFiles(Path.Combine(_bench.Cache, "decoded")));
        foreach (var faces in opened)
        {
            faces.Dispose();
        }
    }

    [Fact]
    public async Task LabelledSplit_IsDrawnOnceAndReadFromThenOn()
    {
        var dataset = await _bench.WriteAsync("mini", 100);
        using var faces = await OpenAsync(dataset);
        var first = await LabelledSplit.ForAsync(_bench.Store, StagesBench.Spec("run", dataset, "20%"), faces, Token);

        var again = await LabelledSplit.ForAsync(_bench.Store, StagesBench.Spec("run", dataset, "80%"), faces, Token);
        var other = await LabelledSplit.ForAsync(_bench.Store, StagesBench.Spec("other", dataset, "80%"), faces, Token);

        Assert.Equal(first.Labelled, again.Labelled);
        Assert.Equal(15, first.Labelled.Count); // a fifth of 50 sad and of 25 happy
        Assert.Equal(60, other.Labelled.Count);
    }

    [Fact]
    public async Task LabelNoise_IsDrawnOnceStoredAndLearned_AndFacesToMeasureOnKeepTheirLabels()
    {
        var dataset = await _bench.WriteAsync("mini", 100);
        var train = dataset with { Split = DatasetSplit.Train };
        using var whole = await OpenAsync(train);
        var spec = StagesBench.Spec("noisy", train, "100%") with
        {
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.With("LabelNoise=0.2").ToJson()),
            Validation = dataset with { Split = DatasetSplit.Validation },
        };

        using var faces = await RunFaces.OpenAsync(new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache }, spec, Token);
        var stored = await LabelledSplit.ForAsync(_bench.Store, spec, whole, Token);
        var clean = await LabelledSplit.ForAsync(_bench.Store, StagesBench.Spec("clean", train, "100%"), whole, Token);

        var learned = Enumerable.Range(0, faces.Labelled.Count).ToDictionary(index => stored.Labelled[index], faces.Labelled.LabelOf);
        var truth = Enumerable.Range(0, whole.Count).ToDictionary(whole.KeyOf, whole.LabelOf);
        var wrong = learned.Where(face => truth[face.Key] != face.Value).Select(face => face.Key).ToHashSet();
        Assert.Equal((int)Math.Round(0.2 * faces.Labelled.Count, MidpointRounding.AwayFromZero), wrong.Count);
        Assert.Equal(wrong, stored.WrongLabels!.Keys.ToHashSet());
        Assert.All(wrong, key => Assert.Equal(stored.WrongLabels[key], whole.Manifest.Classes[1 - truth[key]]));
        Assert.All(Enumerable.Range(0, faces.Labelled.Count).Where(index => wrong.Contains(stored.Labelled[index])), index =>
            Assert.True(faces.Labelled.VotesOf(index).IsEmpty)
        );
        Assert.Null(clean.WrongLabels);
        Assert.Equal(clean.Labelled, stored.Labelled);
    }

    [Fact]
    public async Task RunFaces_LabelledAndUnlabelled_HoldEveryFaceOnceAndForeignLabelsCountForNothing()
    {
        var labelled = await _bench.WriteAsync("mini", 100);
        var foreign = await _bench.WriteAsync("foreign", 20);
        var environment = new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache };

        using var faces = await RunFaces.OpenAsync(
            environment,
            StagesBench.Spec("run", labelled with { Split = DatasetSplit.Train }, "20%", foreign),
            Token
        );

        Assert.Equal(90 + 20, faces.All.Count);
        Assert.Equal(faces.All.Count, faces.Labelled.Count + faces.Unlabelled.Count);
        Assert.All(Enumerable.Range(0, faces.Labelled.Count), i => Assert.InRange(faces.Labelled.LabelOf(i), 0, 1));
        Assert.All(Enumerable.Range(faces.Unlabelled.Count - 20, 20), i => Assert.Equal(-1, faces.Unlabelled.LabelOf(i)));
    }

    [Fact]
    public async Task RunFaces_PixelsOfTheValidationSplitInOtherDatasets_AreLeftOutAndSaidByTheFirstStage()
    {
        // Pictures 9, 19 and 29 are of validation. The second dataset repeats 9 to 28, whatever its faces look like once they are cut.
        var mini = await _bench.WriteAsync("mini", 30, firstPicture: 0);
        var other = await _bench.WriteAsync("other", 20, firstPicture: 9);
        var train = mini with { Split = DatasetSplit.Train };
        var spec = StagesBench.Spec("run", train, "60%", other, train, other with { Split = DatasetSplit.Train });
        var held = spec with { Validation = mini with { Split = DatasetSplit.Validation } };
        var observer = new NotingObserver();
        var environment = new StageEnvironment
        {
            Store = _bench.Store,
            Cache = _bench.Cache,
            Observer = observer,
        };

        using var without = await RunFaces.OpenAsync(environment, spec, Token);
        await using var first = await _bench.ClaimAsync(held, StageKind.Pretraining, StageKind.FineTuning);
        using var faces = await RunFaces.OpenAsync(environment, first, Token);
        await first.CompleteAsync(new StageArtifact { Path = "checkpoints/run/encoder" }, Token);
        await using var second = await _bench.ClaimAsync(held, StageKind.Pretraining, StageKind.FineTuning);
        using var again = await RunFaces.OpenAsync(environment, second, Token);

        Assert.Equal((0, 2), (without.LeftOut, faces.LeftOut)); // the copy in train is left out of the dataset and of its split
        Assert.Equal(StageKind.FineTuning, second.Stage.Kind);
        Assert.Equal(without.Labelled.Count, faces.Labelled.Count);
        Assert.Equal(without.Unlabelled.Count - 4, faces.Unlabelled.Count);
        Assert.Equal(
            $"run Pretraining: left out 2 faces whose pictures have the pixels of one in mini/{mini.Version}:validation",
            Assert.Single(observer.Notes)
        );
        // The rest of the labelled dataset comes first; the other dataset now begins with its second face.
        var rest = 27 - faces.Labelled.Count;
        Assert.Equal(without.Unlabelled.Read(rest + 1).Pixels, faces.Unlabelled.Read(rest).Pixels);
    }

    [Theory]
    [InlineData("Pretraining.BatchSize=41", "the run has 40 faces to learn from", "Pretraining.BatchSize to at most 40")]
    [InlineData("FineTuning.BatchSize=16", "labels '50%' of 'mini/", "FineTuning.BatchSize to at most 15")]
    [InlineData("EmaTeacher.UnlabelledBatch=26", "the run has 25 faces without a label", "EmaTeacher.UnlabelledBatch to at most 25")]
    public async Task RunFaces_TooFewForABatchOfAnyStage_AreRefusedByTheFirst(string setting, string what, string cure)
    {
        var recipe = RecipeCatalog.Smoke.With([
            "Pretraining.BatchSize=8",
            "FineTuning.BatchSize=8",
            "EmaTeacher.UnlabelledBatch=8",
            setting,
        ]);
        var spec = StagesBench.Spec("run", await _bench.WriteAsync("mini", 40), "50%") with
        {
            Recipe = JsonSerializer.Deserialize<JsonElement>(recipe.ToJson()),
        };
        await using var claim = await _bench.ClaimAsync(spec, StageKind.Pretraining, StageKind.FineTuning, StageKind.EmaTeacher);

        var fault = await Assert.ThrowsAsync<PermanentStageException>(() =>
            RunFaces.OpenAsync(new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache }, claim, Token)
        );

        Assert.Equal(StageKind.Pretraining, claim.Stage.Kind);
        Assert.StartsWith(what, fault.Message, StringComparison.Ordinal);
        Assert.Contains(cure, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunFaces_NoHeldOutFaceWithALabel_IsRefusedBeforeTheFirstStep()
    {
        var labelled = await _bench.WriteAsync("mini", 40);
        var unlabelled = await _bench.WriteAsync("held", 3, labels: false);

        var fault = await Assert.ThrowsAsync<PermanentStageException>(() =>
            RunFaces.OpenAsync(
                new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache },
                StagesBench.Spec("run", labelled, "100%") with
                {
                    Validation = unlabelled,
                },
                Token
            )
        );

        Assert.Contains($"no face of {unlabelled} has a label to measure by", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunFaces_HeldOutFacesCutOtherwise_AreRefusedBeforeTheFirstStepAndTheCureNamed()
    {
        var labelled = await _bench.WriteAsync("mini", 30, detector: "blazeface");
        var heldOut = await _bench.WriteAsync("held", 10, detector: "none");

        var fault = await Assert.ThrowsAsync<PermanentStageException>(() =>
            RunFaces.OpenAsync(
                new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache },
                StagesBench.Spec("run", labelled, "100%") with
                {
                    Validation = heldOut,
                },
                Token
            )
        );

        Assert.Contains("detector none instead of blazeface", fault.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"ssfer data prepare held --size {StagesBench.Side} --detector blazeface --margin 0.15",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task RunFaces_LabelledDatasetOtherThanTheValidations_LosesItsCopiesBeforeTheDraw()
    {
        var labelled = await _bench.WriteAsync("mini", 30, firstPicture: 9);
        var heldOut = await _bench.WriteAsync("held", 10, firstPicture: 0);
        var environment = new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache };

        using var faces = await RunFaces.OpenAsync(
            environment,
            StagesBench.Spec("run", labelled, "100%") with
            {
                Validation = heldOut,
            },
            Token
        );

        Assert.Equal(29, faces.All.Count);
        Assert.Equal(22, faces.Labelled.Count); // 23 have a label, the copy is one of them
    }

    [Fact]
    public async Task RunFaces_DuplicatesWithinTheValidationsOwnDataset_AreKept()
    {
        // The first picture of validation repeats the first of train
        var dataset = await _bench.WriteAsync("mini", 30, firstPicture: 0, repeatEvery: 9);
        var spec = StagesBench.Spec("run", dataset with { Split = DatasetSplit.Train }, "20%") with
        {
            Validation = dataset with { Split = DatasetSplit.Validation },
        };

        using var faces = await RunFaces.OpenAsync(new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache }, spec, Token);

        Assert.Equal(27, faces.All.Count);
    }

    [Fact]
    public async Task LabelledSplit_MoreThanThereAre_IsAPermanentFault()
    {
        var dataset = await _bench.WriteAsync("mini", 20);
        using var faces = await OpenAsync(dataset);

        await Assert.ThrowsAsync<PermanentStageException>(() =>
            LabelledSplit.ForAsync(_bench.Store, StagesBench.Spec("run", dataset, "4000"), faces, Token)
        );
    }

    public void Dispose() => _bench.Dispose();

    private sealed class NotingObserver : IStageObserver
    {
        public List<string> Notes { get; } = [];

        public void Started(string run, string stage, long firstStep, long totalSteps, string facts) { }

        public void Working() { }

        public void Progressed(StageProgressed progress) { }

        public void Noted(string run, string stage, string note) => Notes.Add($"{run} {stage}: {note}");
    }

    private Task<PreparedFaces> OpenAsync(DatasetReference reference) =>
        PreparedFaces.OpenAsync(_bench.Store, reference, _bench.Cache, Token);
}
