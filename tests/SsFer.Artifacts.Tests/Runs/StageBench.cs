using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Tests.Runs;

/// <summary>A store with one run of two stages, <c>pretrain</c> and <c>finetune</c>, and workers to try the protocol with.</summary>
internal sealed class StageBench : IDisposable
{
    public const string Run = "bench";
    public const string First = "pretrain";
    public const string Second = "finetune";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-runs-");

    public StageBench()
    {
        Store = new ObservedStore(new FolderArtifactStore(_folder.FullName));
        Runs = new RunStore(Store);
    }

    public ObservedStore Store { get; }

    public RunStore Runs { get; }

    public FakeTimeProvider Time { get; } = new();

    public StageProtocolOptions Options { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    public static RunSpec Spec(string run = Run) =>
        new()
        {
            Id = run,
            RecipeName = "smoke",
            Recipe = Json(new { pretraining = new { epochs = 2, learningRate = 3.4e-4 } }),
            Labelled = new DatasetReference("ferplus", "3f2a", "train"),
            Unlabelled = [new DatasetReference("lfw", "77aa")],
            Validation = new DatasetReference("ferplus", "3f2a", "validation"),
            Labels = "10%",
            Seed = 1,
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };

    public static RunPlan Plan() =>
        new()
        {
            Stages =
            [
                new PlannedStage
                {
                    Name = First,
                    Kind = StageKind.Pretraining,
                    Inputs = [],
                    Parameters = Json(new { }),
                },
                new PlannedStage
                {
                    Name = Second,
                    Kind = StageKind.FineTuning,
                    Inputs = [First],
                    Parameters = Json(new { mixing = "faceMix" }),
                },
            ],
        };

    public static async Task<StageBench> WithRunAsync()
    {
        var bench = new StageBench();
        await bench.Runs.CreateAsync(Spec(), Plan(), Token);
        return bench;
    }

    /// <summary>A worker; with its own clock where one is given.</summary>
    public StageLedger Worker(FakeTimeProvider? time = null, StageOwner? owner = null) => new(Store, Options, time ?? Time, owner);

    public async Task<StageClaim> ClaimAsync(StageLedger? worker = null, string stage = First)
    {
        var claim = await (worker ?? Worker()).TryClaimAsync(Run, stage, Token);
        Assert.NotNull(claim);
        return claim;
    }

    public async Task<StageRecord> RecordAsync(string stage = First) => (await Runs.LoadAsync(Run, Token)).Stages[stage];

    public async Task<bool> IsOpenAsync() => await Runs.ListOpenAsync(Token).ContainsAsync(Run, cancellationToken: Token);

    /// <summary>Moves a clock on by one heartbeat and waits until the claim has written it.</summary>
    public async Task BeatAsync(StageClaim claim, FakeTimeProvider? time = null)
    {
        // As it is stored: of its own last write the claim hears a moment after everybody else.
        var before = (await RecordAsync(claim.Stage.Name)).Heartbeat!.Beat;
        (time ?? Time).Advance(Options.HeartbeatInterval);
        await Store.UntilAsync(async () => (await RecordAsync(claim.Stage.Name)).Heartbeat!.Beat > before, Token);
    }

    /// <summary>Completes when the token fires; fails after a minute.</summary>
    public static async Task FiredAsync(CancellationToken awaited)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = awaited.Register(fired.SetResult);
        await fired.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    public Task<CheckpointPointer> WriteCheckpointAsync(
        StageClaim claim,
        long step,
        string weights = "weights",
        MetricSegment? metrics = null
    ) =>
        new CheckpointWriter(Store).WriteAsync(
            claim,
            step,
            new Dictionary<string, Func<Stream, CancellationToken, Task>>
            {
                ["weights.safetensors"] = (stream, token) => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(weights), token).AsTask(),
                ["state.json"] = (stream, token) => JsonSerializer.SerializeAsync(stream, new { step }, cancellationToken: token),
            },
            metrics,
            Token
        );

    public async Task<bool> SaveCheckpointAsync(StageClaim claim, long step) =>
        await claim.SaveCheckpointAsync(await WriteCheckpointAsync(claim, step), Token);

    public async Task CompleteAsync(string stage)
    {
        await using var claim = await ClaimAsync(stage: stage);
        Assert.True(await claim.CompleteAsync(StageArtifact.From(await WriteCheckpointAsync(claim, 1)), Token));
    }
}
