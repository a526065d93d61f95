using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Recipes;
using TorchSharp;

namespace SsFer.Stages.Tests;

/// <summary>Which arithmetic <c>auto</c> takes in a stage that begins, in one that goes on and in the one after it.</summary>
public sealed class StagePrecisionTests : IDisposable
{
    private static readonly ArithmeticTimes FasterInBf16 = new(Fp32: 2, Bf16: 1);
    private static readonly ArithmeticTimes FasterInFp32 = new(Fp32: 1, Bf16: 2);
    private readonly StagesBench _bench = new();
    private readonly StageLedger _ledger;

    public StagePrecisionTests() => _ledger = new StageLedger(_bench.Store, new StageProtocolOptions(), TimeProvider.System);

    [Fact]
    public async Task Target_OfAStageThatGoesOn_IsItsCheckpointsWhateverIsMeasuredNow()
    {
        await using var claim = await ClaimAsync();
        var begun = await TargetAsync(claim, FasterInBf16);
        await SaveAsync(claim, begun.Fingerprint);

        var resumed = await TargetAsync(claim, FasterInFp32);

        Assert.Equal(torch.ScalarType.BFloat16, begun.Type);
        Assert.Equal(begun.Fingerprint, resumed.Fingerprint);
        Assert.Equal("as its checkpoint", resumed.Reason);
    }

    [Fact]
    public async Task Target_OnANodeWithAnotherThreadCount_KeepsTheCheckpointsArithmetic()
    {
        await using var claim = await ClaimAsync();
        var begun = await TargetAsync(claim, FasterInBf16);
        await SaveAsync(claim, begun.Fingerprint.Replace($"/{begun.Threads} threads/", "/999 threads/", StringComparison.Ordinal));

        var resumed = await TargetAsync(claim, FasterInFp32);

        Assert.Equal((begun.Type, begun.Threads), (resumed.Type, resumed.Threads));
        Assert.Equal("as its checkpoint", resumed.Reason);
    }

    [Fact]
    public async Task Target_OfTheStageAfter_IsThatOfTheStageItReadsFrom()
    {
        ComputeTarget first;
        await using (var claim = await ClaimAsync())
        {
            first = await TargetAsync(claim, FasterInFp32);
            var checkpoint = await SaveAsync(claim, first.Fingerprint);
            await claim.CompleteAsync(StageArtifact.From(checkpoint), Token);
        }

        await using var next = (await _ledger.TryClaimAsync("run", "finetune", Token))!;

        Assert.Equal(torch.ScalarType.Float32, first.Type);
        Assert.Equal(first.Fingerprint, (await TargetAsync(next, FasterInBf16)).Fingerprint);
    }

    [Fact]
    public async Task Target_WithACheckpointOfAnotherMachine_IsMeasured()
    {
        await using var claim = await ClaimAsync();
        await SaveAsync(claim, "cpu/bf16/999 threads/avx2/libtorch 0");

        Assert.Equal(torch.ScalarType.Float32, (await TargetAsync(claim, FasterInFp32)).Type);
    }

    [Fact]
    public async Task Target_PrecisionNamed_IsTakenWhateverTheCheckpointSays()
    {
        await using var claim = await ClaimAsync();
        await SaveAsync(claim, (await TargetAsync(claim, FasterInBf16)).Fingerprint);

        Assert.Equal(torch.ScalarType.Float32, (await TargetAsync(claim, FasterInBf16, Precision.Fp32)).Type);
    }

    public void Dispose() => _bench.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<StageClaim> ClaimAsync()
    {
        await new RunStore(_bench.Store).CreateAsync(
            StagesBench.Spec("run", new DatasetReference("mini", "0123"), "100%"),
            new RunPlan
            {
                Stages =
                [
                    StagesBench.Planned("pretrain", StageKind.Pretraining),
                    StagesBench.Planned("finetune", StageKind.FineTuning, "pretrain"),
                ],
            },
            Token
        );
        return (await _ledger.TryClaimAsync("run", "pretrain", Token))!;
    }

    private Task<ComputeTarget> TargetAsync(StageClaim claim, ArithmeticTimes measured, Precision precision = Precision.Auto) =>
        new StageEnvironment
        {
            Store = _bench.Store,
            Cache = _bench.Cache,
            Device = "cpu",
            Precision = precision,
            TimeArithmetic = _ => measured,
        }.TargetAsync(claim, RecipeCatalog.Smoke, Token);

    private async Task<CheckpointPointer> SaveAsync(StageClaim claim, string compute)
    {
        var state = new Dictionary<string, Func<Stream, CancellationToken, Task>>
        {
            ["state.json"] = (stream, token) =>
                JsonSerializer.SerializeAsync(
                    stream,
                    new
                    {
                        Step = 5,
                        Seed = 3,
                        Compute = compute,
                    },
                    ArtifactJson.Document,
                    token
                ),
        };
        var pointer = await new CheckpointWriter(_bench.Store).WriteAsync(claim, 5, state, null, Token);
        Assert.True(await claim.SaveCheckpointAsync(pointer, Token));
        return pointer;
    }
}
