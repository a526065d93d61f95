using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAll_AllStagesWork_CompletesThemInOrderAndClosesTheRun()
    {
        using var bench = await WithRunAsync();
        var done = new List<string>();

        var status = await Runner(bench, Working(StageKind.Pretraining, done), Working(StageKind.FineTuning, done)).RunAllAsync(Run, Token);

        Assert.True(status.IsCompleted);
        Assert.Equal([First, Second], done);
        Assert.False(await bench.IsOpenAsync());
    }

    [Fact]
    public async Task RunAll_CompletedStage_IsFoundAndNotRepeated()
    {
        using var bench = await WithRunAsync();
        await bench.CompleteAsync(First);
        var done = new List<string>();

        await Runner(bench, Working(StageKind.Pretraining, done), Working(StageKind.FineTuning, done)).RunAllAsync(Run, Token);

        Assert.Equal([Second], done);
    }

    [Fact]
    public async Task RunAll_PermanentFault_FailsAtOnceAndTheSameCallTriesAgain()
    {
        using var bench = await WithRunAsync();
        var done = new List<string>();
        var broken = new Stage(StageKind.Pretraining, (_, _) => throw new PermanentStageException("face 7 is not a face"));

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => Runner(bench, broken).RunAllAsync(Run, Token));

        Assert.Equal("run bench, stage pretrain: face 7 is not a face", failure.Message);
        Assert.Equal(StageState.Failed, (await bench.RecordAsync()).State);
        var status = await Runner(bench, Working(StageKind.Pretraining, done), Working(StageKind.FineTuning, done)).RunAllAsync(Run, Token);
        Assert.True(status.IsCompleted);
    }

    [Fact]
    public async Task RunAll_PassingFault_LeavesTheStagePendingWithItsReasonOnOneLine()
    {
        using var bench = await WithRunAsync();
        var faulty = new Stage(StageKind.Pretraining, (_, _) => throw new InvalidOperationException("no such luck\nat line two"));

        await Assert.ThrowsAsync<StageFailedException>(() => Runner(bench, faulty).RunAllAsync(Run, Token));

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Pending, "InvalidOperationException: no such luck"), (record.State, record.Error));
        Assert.NotNull(record.NotBefore);
    }

    [Fact]
    public async Task RunAll_ToldToStop_ReleasesTheStageWithoutCountingTheAttempt()
    {
        using var bench = await WithRunAsync();
        using var stop = new CancellationTokenSource();
        var stage = new Stage(StageKind.Pretraining, async (claim, token) =>
        {
            Assert.True(await bench.SaveCheckpointAsync(claim, 5));
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            throw new InvalidOperationException("the stage's token follows the caller's");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runner(bench, stage).RunAllAsync(Run, stop.Token));

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Pending, 0, 5L), (record.State, record.Attempt, record.Checkpoint!.Step));
    }

    [Fact]
    public async Task Run_CancelRequested_EndsAsCancelled()
    {
        using var bench = await WithRunAsync();
        var claim = await bench.ClaimAsync();
        await bench.Runs.RequestCancelAsync(Run, Token);
        var stage = new Stage(StageKind.Pretraining, async (held, token) =>
        {
            await bench.SaveCheckpointAsync(held, 1); // each write reads the record's flag
            await FiredAsync(token);
            token.ThrowIfCancellationRequested();
            throw new InvalidOperationException("a cancel request stops the stage");
        });

        Assert.Equal(StageOutcome.Cancelled, await Runner(bench, stage).RunAsync(claim, Token));
        Assert.Equal(StageState.Cancelled, (await bench.RecordAsync()).State);
    }

    [Fact]
    public async Task Run_ClaimTakenOver_CountsForNothing()
    {
        using var bench = await WithRunAsync();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var zombie = await bench.ClaimAsync(bench.Worker(time));
        var stage = new Stage(StageKind.Pretraining, async (held, token) =>
        {
            var other = bench.Worker();
            Assert.Null(await other.TryClaimAsync(Run, First, Token));
            bench.Time.Advance(bench.Options.StaleAfter);
            await using var taken = await other.TryClaimAsync(Run, First, Token);
            Assert.NotNull(taken);
            Assert.True(await taken.CompleteAsync(StageArtifact.From(await bench.WriteCheckpointAsync(taken, 9)), Token));
            return StageArtifact.From(await bench.WriteCheckpointAsync(held, 1, "zombie"));
        });

        Assert.Equal(StageOutcome.Lost, await Runner(bench, stage).RunAsync(zombie, Token));
        Assert.Equal("checkpoints/bench/pretrain/2-9", (await bench.RecordAsync()).Artifact!.Path);
    }

    [Fact]
    public async Task RunAll_KindNobodyHereCanDo_Fails()
    {
        using var bench = await WithRunAsync();

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => Runner(bench).RunAllAsync(Run, Token));

        Assert.Contains("Pretraining", failure.Message, StringComparison.Ordinal);
    }

    private static StageRunner Runner(StageBench bench, params IStage[] stages) => new(stages, bench.Runs, bench.Worker(), bench.Time);

    private static Stage Working(StageKind kind, List<string> done) => new(kind, (claim, _) =>
        {
            done.Add(claim.Stage.Name);
            return Task.FromResult(new StageArtifact { Path = claim.Paths.Checkpoint(1) });
        });

    private sealed class Stage(StageKind kind, Func<StageClaim, CancellationToken, Task<StageArtifact>> work) : IStage
    {
        public StageKind Kind => kind;

        public Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken) => work(claim, cancellationToken);
    }
}
