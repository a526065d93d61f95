using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageLedgerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryClaim_PendingStage_IsRunningUnderTheFirstFence()
    {
        using var bench = await WithRunAsync();

        await using var claim = await bench.ClaimAsync();

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Running, 1L, 1), (record.State, record.Fence, record.Attempt));
        Assert.Equal(Environment.ProcessId, record.Owner!.ProcessId);
        Assert.Equal("checkpoints/bench/pretrain/1-40", claim.Paths.Checkpoint(40));
    }

    [Fact]
    public async Task TryClaim_InputsNotThere_WaitsForThem()
    {
        using var bench = await WithRunAsync();
        Assert.Null(await bench.Worker().TryClaimAsync(Run, Second, Token));

        await bench.CompleteAsync(First);

        await using var claim = await bench.ClaimAsync(stage: Second);
        Assert.Equal("checkpoints/bench/pretrain/1-1", claim.Inputs[First].Path);
    }

    [Fact]
    public async Task TryClaim_CompletedStage_IsNotRepeated()
    {
        using var bench = await WithRunAsync();
        await bench.CompleteAsync(First);

        Assert.Null(await bench.Worker().TryClaimAsync(Run, First, Token));
        Assert.NotNull((await bench.RecordAsync()).Artifact);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task TryClaim_ManyAtOnce_ExactlyOneWins()
    {
        using var bench = new StageBench();
        for (var round = 0; round < 50; round++)
        {
            var run = $"round-{round}";
            await bench.Runs.CreateAsync(Spec(run), Plan(), Token);
            using var start = new Barrier(6);
            var claims = await Task.WhenAll(
                Enumerable
                    .Range(0, 6)
                    .Select(_ =>
                        Task.Factory.StartNew(
                                () =>
                                {
                                    var worker = bench.Worker();
                                    start.SignalAndWait(Token);
                                    return worker.TryClaimAsync(run, First, Token);
                                },
                                Token,
                                TaskCreationOptions.LongRunning,
                                TaskScheduler.Default
                            )
                            .Unwrap()
                    )
            );

            await using var winner = Assert.Single(claims, claim => claim is not null);
            Assert.Equal(1, winner!.Paths.Fence);
        }
    }

    [Fact]
    public async Task TryClaim_OwnerBeats_StaysWithItHoweverLong()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var looker = bench.Worker();

        for (var beat = 0; beat < 20; beat++)
        {
            await bench.BeatAsync(claim);
            Assert.Null(await looker.TryClaimAsync(Run, First, Token));
        }
    }

    [Theory]
    [InlineData(1999)]
    [InlineData(2099)]
    public async Task TryClaim_OwnerFellSilent_CountsOnTheLookersClockOnly(int ownersYear)
    {
        using var bench = await WithRunAsync();
        await using var silent = await bench.ClaimAsync(
            bench.Worker(new FakeTimeProvider(new DateTimeOffset(ownersYear, 1, 1, 0, 0, 0, TimeSpan.Zero)))
        );
        var looker = bench.Worker();

        bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await looker.TryClaimAsync(Run, First, Token)); // seen for the first time: its silence begins now
        bench.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(await looker.TryClaimAsync(Run, First, Token));
        bench.Time.Advance(TimeSpan.FromSeconds(1));

        await using var claim = await bench.ClaimAsync(looker);
        Assert.Equal((2L, 2), (claim.Record.Fence, claim.Record.Attempt));
    }

    [Fact]
    public async Task TryClaim_SilentOwnerAskedToCancel_IsStillSilent()
    {
        using var bench = await WithRunAsync();
        await using var silent = await bench.ClaimAsync(bench.Worker(new FakeTimeProvider()));
        var looker = bench.Worker();
        Assert.Null(await looker.TryClaimAsync(Run, First, Token));
        bench.Time.Advance(TimeSpan.FromSeconds(50));

        await bench.Runs.RequestCancelAsync(Run, Token);
        Assert.Null(await looker.TryClaimAsync(Run, First, Token));
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await looker.TryClaimAsync(Run, First, Token));

        Assert.Equal(StageState.Cancelled, (await bench.RecordAsync()).State);
        Assert.False(await bench.IsOpenAsync());
    }

    [Fact]
    public async Task TryClaim_OwnerWasKilledOnThisMachine_TakesOverAtOnce()
    {
        using var bench = await WithRunAsync();
        using var process = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        await using var abandoned = await bench.ClaimAsync(bench.Worker(new FakeTimeProvider(), StageOwner.Of(process)));
        Assert.Null(await bench.Worker().TryClaimAsync(Run, First, Token));

        process.Kill();
        await process.WaitForExitAsync(Token);

        await using var claim = await bench.ClaimAsync();
        Assert.Equal(2, claim.Paths.Fence);
    }

    [Fact]
    public async Task TryClaim_AfterPassingFaults_WaitsLongerEachTimeAndEndsFailed()
    {
        using var bench = await WithRunAsync();
        foreach (var pause in new[] { 1, 4, 16, 64 })
        {
            await using var claim = await bench.ClaimAsync();
            Assert.True(await claim.FailAsync("the network is down", permanent: false, Token));
            Assert.Equal(bench.Time.GetUtcNow().AddSeconds(pause), (await bench.RecordAsync()).NotBefore);
            bench.Time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.Null(await bench.Worker().TryClaimAsync(Run, First, Token));
            bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await using var last = await bench.ClaimAsync();
        Assert.True(await last.FailAsync("the network is down", permanent: false, Token));

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Failed, 5, "the network is down"), (record.State, record.Attempt, record.Error));
        bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await bench.Worker().TryClaimAsync(Run, First, Token));
    }

    [Fact]
    public async Task TryClaim_FiveCrashesWithoutProgress_EndsFailed()
    {
        using var bench = await WithRunAsync();
        var dead = StageOwner.Current() with { ProcessStart = -1 };
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await using var crashed = await bench.ClaimAsync(bench.Worker(owner: dead));
            Assert.Equal(attempt, crashed.Record.Attempt);
        }

        Assert.Null(await bench.Worker().TryClaimAsync(Run, First, Token));

        var record = await bench.RecordAsync();
        Assert.Equal(StageState.Failed, record.State);
        Assert.Contains("given up after 5 attempts", record.Error, StringComparison.Ordinal);
        Assert.False(await bench.IsOpenAsync());
    }

    [Fact]
    public async Task TryClaim_CrashesWithProgressBetween_GoOn()
    {
        using var bench = await WithRunAsync();
        var dead = StageOwner.Current() with { ProcessStart = -1 };
        for (var step = 1; step <= 12; step++)
        {
            await using var crashed = await bench.ClaimAsync(bench.Worker(owner: dead));
            Assert.Equal(step == 1 ? null : step - 1, crashed.Record.Checkpoint?.Step);
            Assert.True(await bench.SaveCheckpointAsync(crashed, step));
        }

        Assert.Equal(1, (await bench.RecordAsync()).Attempt);
    }

    [Fact]
    public async Task TryClaim_AfterReleases_NoAttemptWasCounted()
    {
        using var bench = await WithRunAsync();
        for (var time = 0; time < 7; time++)
        {
            await using var claim = await bench.ClaimAsync();
            Assert.True(await claim.ReleaseAsync(Token));
        }

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Pending, 0, 7L), (record.State, record.Attempt, record.Fence));
    }

    [Fact]
    public async Task TryClaimNext_OpenRuns_GivesTheFirstStageOfTheKindThatIsFree()
    {
        using var bench = await WithRunAsync();
        await bench.Runs.CreateAsync(Spec("later"), Plan(), Token);
        var worker = bench.Worker();

        await using var one = await worker.TryClaimNextAsync(StageKind.Pretraining, Token);
        await using var two = await worker.TryClaimNextAsync(StageKind.Pretraining, Token);

        Assert.Equal((Run, "later"), (one!.Spec.Id, two!.Spec.Id));
        Assert.Null(await worker.TryClaimNextAsync(StageKind.Pretraining, Token));
        Assert.Null(await worker.TryClaimNextAsync(StageKind.FineTuning, Token));
    }

    [Theory]
    [InlineData("spec.json", "{ no spec")]
    [InlineData(
        "plan.json",
        """{ "stages": [ { "name": "pretrain", "kind": "pretraining", "inputs": [ "nowhere" ], "parameters": {} } ] }"""
    )]
    public async Task TryClaimNext_DamagedRunBeforeASoundOne_GivesTheSoundOnes(string document, string content)
    {
        using var bench = new StageBench();
        await bench.Runs.CreateAsync(Spec("a-damaged"), Plan(), Token);
        await bench.Runs.CreateAsync(Spec("b-sound"), Plan(), Token);
        await bench.Store.PutAsync($"runs/a-damaged/{document}", new MemoryStream(Encoding.UTF8.GetBytes(content)), Token);

        await using var claim = await bench.Worker().TryClaimNextAsync(StageKind.Pretraining, Token);

        Assert.Equal("b-sound", claim?.Spec.Id);
    }

    [Fact]
    public async Task TryClaimNext_RunLeftOpenAfterItsLastStage_ClosesIt()
    {
        using var bench = await WithRunAsync();
        await bench.CompleteAsync(First);
        await bench.CompleteAsync(Second);
        Assert.True(await bench.IsOpenAsync());

        Assert.Null(await bench.Worker().TryClaimNextAsync(StageKind.Evaluation, Token));

        Assert.False(await bench.IsOpenAsync());
    }
}
