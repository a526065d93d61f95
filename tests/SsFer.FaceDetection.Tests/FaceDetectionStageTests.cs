using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Testing;

namespace SsFer.FaceDetection.Tests;

[Trait("Category", "Slow")]
public sealed class FaceDetectionStageTests : IDisposable
{
    private const string Run = "run";
    private const string Stage = "faces";
    private const int Pictures = 57;
    private readonly TestDataset _dataset = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunStore Runs => new(_dataset.Store);

    private StageLedger Ledger => new(_dataset.Store, new StageProtocolOptions(), TimeProvider.System);

    [Fact]
    public async Task Run_RawVersion_MakesAndPublishesTheVersionThatThePreparationMakes()
    {
        var raw = await PlanAsync();

        var status = await RunAsync();

        var expected = await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, null, Token);
        var artifact = status.Stages[Stage].Artifact!;
        Assert.Equal($"datasets/faces/{expected.Version}", artifact.Path);
        Assert.Equal(44, artifact.Summary!.Value.GetProperty("faces").GetInt32());
        Assert.Equal(expected.Version, (await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared[24]);
    }

    [Fact]
    public async Task Run_StoppedInTheMiddle_IsReleasedAndResumesAfterItsLastShard()
    {
        var raw = await PlanAsync();
        await Resumable.StopAfterAsync(30, (progress, token) => RunAsync(progress, token), Token);
        var stopped = (await Runs.LoadAsync(Run, Token)).Stages[Stage];
        Assert.Equal(StageState.Pending, stopped.State);
        Assert.InRange(stopped.Checkpoint!.Step, Resumable.ItemsPerShard, 30);

        var seen = new List<PreparationProgress>();
        var status = await RunAsync(new Resumable.Progress(seen.Add));

        Assert.InRange(seen[0].Done, stopped.Checkpoint.Step, 30);
        var expected = await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, null, Token);
        Assert.Equal($"datasets/faces/{expected.Version}", status.Stages[Stage].Artifact!.Path);
    }

    [Fact]
    public async Task Run_ClaimTakenByAnother_StopsAndPublishesNothing()
    {
        await PlanAsync();
        var taken = false;
        var progress = new Resumable.Progress(state =>
        {
            if (state.Stored == 0 || taken)
            {
                return;
            }

            taken = true;
            TakeAsync().GetAwaiter().GetResult();
        });

        var claim = await Ledger.TryClaimAsync(Run, Stage, Token);
        var outcome = await new StageRunner([NewStage(progress)], Runs, Ledger, TimeProvider.System).RunAsync(claim!, Token);

        Assert.Equal(StageOutcome.Lost, outcome);
        Assert.Empty((await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared);
        Assert.Equal(StageState.Running, (await Runs.LoadAsync(Run, Token)).Stages[Stage].State);
    }

    [Fact]
    public async Task Run_PicturesImportedAnewMeanwhile_HasItsFacesAndLeavesTheNewerOnesCurrent()
    {
        var raw = await PlanAsync();
        var imported = false;
        var progress = new Resumable.Progress(state =>
        {
            if (state.Done < 30 || imported)
            {
                return;
            }

            imported = true;
            _dataset.ImportAsync(Token, ("a", TestDataset.Pattern(48, 48), null)).GetAwaiter().GetResult();
        });

        var status = await RunAsync(progress);

        var expected = await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, null, Token);
        Assert.Equal($"datasets/faces/{expected.Version}", status.Stages[Stage].Artifact!.Path);
        var pointers = await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token);
        Assert.NotEqual(raw, pointers.Raw);
        Assert.Empty(pointers.Prepared);
    }

    [Fact]
    public async Task Run_KilledBeforeTheRecordHasTheArtifact_LooksAtNoPictureAgain()
    {
        await PlanAsync();
        var dying = new FaultyStore(_dataset.Store) { FailAfter = path => path.EndsWith("current.json", StringComparison.Ordinal) };
        var claim = await Ledger.TryClaimAsync(Run, Stage, Token);
        await Assert.ThrowsAsync<ArtifactUnavailableException>(() =>
            new FaceDetectionStage(dying, _dataset.CacheDirectory, Resumable.Options).RunAsync(claim!, Token)
        );
        await claim!.ReleaseAsync(Token);
        var version = (await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared[24];

        var seen = new List<PreparationProgress>();
        var status = await RunAsync(new Resumable.Progress(seen.Add));

        var only = Assert.Single(seen);
        Assert.Equal((Pictures, Pictures, 12, 13), (only.Done, only.Total, only.NoFace, only.Rejected));
        Assert.Equal($"datasets/faces/{version}", status.Stages[Stage].Artifact!.Path);
    }

    [Fact]
    public async Task Run_NoUsablePicture_FailsAtOnceNamingTheFirst()
    {
        await _dataset.ImportAsync(Token, ("a", [1, 2, 3], null), ("b", [1], null));
        var raw = (await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Raw!;
        await PlanAsync(Parameters(raw));

        var fault = await Assert.ThrowsAsync<StageFailedException>(() => RunAsync());

        Assert.Contains($"faces/{raw} cannot be prepared: none of the 2 pictures", fault.Message, StringComparison.Ordinal);
        Assert.Contains("set.zip/a.png", fault.Message, StringComparison.Ordinal);
        await AssertFailedAtOnceAsync();
    }

    [Theory]
    [InlineData(
        """{ "dataset": "faces", "version": "0123456789abcdef", "detector": "annotated" }""",
        "datasets/faces/0123456789abcdef/manifest.json"
    )]
    [InlineData("""{ "dataset": "faces", "version": "0123456789abcdef", "detector": "haar" }""", "unknown detector 'haar'")]
    [InlineData("""{ "dataset": "Faces!", "version": "0123456789abcdef" }""", "Faces!")]
    [InlineData("""{ "dataset": "faces" }""", "version")]
    [InlineData("""{ "dataset": "faces", "version": "0123456789abcdef", "sise": 48 }""", "sise")]
    [InlineData("""{ "dataset": "faces", "version": "0123456789abcdef", "size": 0 }""", "size must be positive")]
    public async Task Run_ParametersThatCannotBeMeant_FailAtOnceSayingWhich(string parameters, string words)
    {
        await PlanAsync(JsonSerializer.Deserialize<JsonElement>(parameters));

        var fault = await Assert.ThrowsAsync<StageFailedException>(() => RunAsync());

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        await AssertFailedAtOnceAsync();
    }

    public void Dispose() => _dataset.Dispose();

    private static JsonElement Parameters(string raw) =>
        new FaceDetectionParameters
        {
            Dataset = TestDataset.Name,
            Version = raw,
            Size = 24,
            Detector = "annotated",
        }.ToJson();

    private async Task<string> PlanAsync()
    {
        var raw = await Resumable.ImportAsync(_dataset, Pictures, Token);
        await PlanAsync(Parameters(raw));
        return raw;
    }

    private Task<RunStatus> PlanAsync(JsonElement parameters) =>
        Runs.CreateAsync(
            new RunSpec
            {
                Id = Run,
                RecipeName = "smoke",
                Recipe = JsonSerializer.SerializeToElement(new { }),
                Unlabelled = [],
                Seed = 1,
                Created = default,
            },
            new RunPlan
            {
                Stages =
                [
                    new PlannedStage
                    {
                        Name = Stage,
                        Kind = StageKind.FaceDetection,
                        Inputs = [],
                        Parameters = parameters,
                    },
                ],
            },
            Token
        );

    private FaceDetectionStage NewStage(IProgress<PreparationProgress>? progress) =>
        new(_dataset.Store, _dataset.CacheDirectory, Resumable.Options, progress is null ? null : new ToldPictures(progress));

    private Task<RunStatus> RunAsync(IProgress<PreparationProgress>? progress = null, CancellationToken? token = null) =>
        new StageRunner([NewStage(progress)], Runs, Ledger, TimeProvider.System).RunAllAsync(Run, token ?? Token);

    /// <summary>What the stage tells of its progress, as the preparation tells it.</summary>
    private sealed class ToldPictures(IProgress<PreparationProgress> pictures) : IStageObserver
    {
        public void Started(string run, string stage, long firstStep, long totalSteps, string facts) { }

        public void Working() { }

        public void Progressed(StageProgressed progress) =>
            pictures.Report(
                new PreparationProgress(
                    (int)progress.Step,
                    (int)progress.TotalSteps,
                    (int)progress.Metrics["noFace"],
                    (int)progress.Metrics["rejected"]
                )
                {
                    SeveralFaces = (int)progress.Metrics["severalFaces"],
                    Stored = (int)progress.Metrics["stored"],
                }
            );

        public void Noted(string run, string stage, string note) { }
    }

    /// <summary>What another worker does that found no sign of life for a minute.</summary>
    private async Task TakeAsync()
    {
        var path = $"runs/{Run}/stages/{Stage}.json";
        for (string? written = null; written is null; )
        {
            var record = (await _dataset.Store.TryReadJsonAsync<StageRecord>(path, Token))!;
            written = await _dataset.Store.TryPutJsonIfMatchAsync(
                path,
                record.Value with
                {
                    Fence = record.Value.Fence + 1,
                },
                record.ETag,
                Token
            );
        }
    }

    private async Task AssertFailedAtOnceAsync()
    {
        var record = (await Runs.LoadAsync(Run, Token)).Stages[Stage];
        Assert.Equal((StageState.Failed, 1), (record.State, record.Attempt));
    }
}
