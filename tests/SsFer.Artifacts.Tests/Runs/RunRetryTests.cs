using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

/// <summary>A run that is cancelled, retried, and closed once all is settled.</summary>
public sealed class RunRetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestCancel_NothingRunning_CancelsAndClosesAtOnce()
    {
        using var bench = await WithRunAsync();
        await bench.CompleteAsync(First);

        await bench.Runs.RequestCancelAsync(Run, Token);

        Assert.Equal(
            (StageState.Completed, StageState.Cancelled),
            ((await bench.RecordAsync()).State, (await bench.RecordAsync(Second)).State)
        );
        Assert.False(await bench.IsOpenAsync());
        Assert.Null(await bench.Worker().TryClaimAsync(Run, Second, Token));
    }

    [Fact]
    public async Task Retry_FailedStage_StartsAnewFromItsCheckpointAndKeepsWhatIsDone()
    {
        using var bench = await WithRunAsync();
        await bench.CompleteAsync(First);
        await using (var claim = await bench.ClaimAsync(stage: Second))
        {
            Assert.True(await bench.SaveCheckpointAsync(claim, 7));
            Assert.True(await claim.FailAsync("the loss is not finite at step 8", permanent: true, Token));
        }

        Assert.True(await bench.Runs.CloseIfSettledAsync(Run, Token));
        Assert.True(await bench.Runs.RetryAsync(Run, Token));

        Assert.True(await bench.IsOpenAsync());
        await using var again = await bench.ClaimAsync(stage: Second);
        Assert.Equal((2L, 1, 7L, null), (again.Record.Fence, again.Record.Attempt, again.Record.Checkpoint!.Step, again.Record.Error));
        Assert.Equal(StageState.Completed, (await bench.RecordAsync()).State);
    }

    [Fact]
    public async Task Retry_NothingFailed_ChangesNothing()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        Assert.False(await bench.Runs.RetryAsync(Run, Token));
        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Running, 1L, 1), (record.State, record.Fence, record.Attempt));
    }

    [Fact]
    public async Task Retry_KilledBeforeItsMarkerAndRepeated_OpensTheRun()
    {
        using var bench = await WithRunAsync();
        await bench.Runs.RequestCancelAsync(Run, Token);
        bench.Store.BeforePut = (path, _) =>
            path.StartsWith(RunPaths.OpenPrefix, StringComparison.Ordinal) ? throw new IOException("killed") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => bench.Runs.RetryAsync(Run, Token));
        Assert.False(await bench.IsOpenAsync());
        bench.Store.BeforePut = (_, _) => Task.CompletedTask;

        Assert.False(await bench.Runs.RetryAsync(Run, Token));

        Assert.True(await bench.IsOpenAsync());
        await using var claim = await bench.ClaimAsync();
    }

    [Fact]
    public async Task Retry_OfARunningStageThatWasAskedToStop_LetsItGoOn()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        await bench.Runs.RequestCancelAsync(Run, Token);

        Assert.True(await bench.Runs.RetryAsync(Run, Token));

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Running, false), (record.State, record.CancelRequested));
    }

    [Fact]
    public async Task CloseIfSettled_RetryComesBetweenLookAndDeletion_LeavesTheRunOpenWithoutASecondLook()
    {
        using var bench = await WithRunAsync();
        await using (var failed = await bench.ClaimAsync())
        {
            Assert.True(await failed.FailAsync("bad", permanent: true, Token));
        }

        bench.Store.BeforeDelete = async _ =>
        {
            bench.Store.BeforeDelete = _ => Task.CompletedTask;
            Assert.True(await bench.Runs.RetryAsync(Run, Token));
        };

        await bench.Runs.CloseIfSettledAsync(Run, Token);

        // The deletion is the last that the closer does: killed after it, it would leave the same.
        Assert.StartsWith("delete ", bench.Store.Log[^1], StringComparison.Ordinal);
        Assert.True(await bench.IsOpenAsync());
        await using var claim = await bench.Worker().TryClaimNextAsync(StageKind.Pretraining, Token);
        Assert.NotNull(claim);
    }

    [Fact]
    public async Task CloseIfSettled_RetryDiedAndTheRequestIsRepeatedBetweenLookAndDeletion_LeavesTheRunOpen()
    {
        using var bench = await WithRunAsync();
        await using (var failed = await bench.ClaimAsync())
        {
            Assert.True(await failed.FailAsync("bad", permanent: true, Token));
        }

        bench.Store.BeforeDelete = async _ =>
        {
            bench.Store.BeforeDelete = _ => Task.CompletedTask;
            bench.Store.BeforePut = (path, _) =>
                path.StartsWith(RunPaths.OpenPrefix, StringComparison.Ordinal) ? throw new IOException("killed") : Task.CompletedTask;
            await Assert.ThrowsAsync<IOException>(() => bench.Runs.RetryAsync(Run, Token));
            bench.Store.BeforePut = (_, _) => Task.CompletedTask;
            await bench.Runs.CreateAsync(Spec(), Plan(), Token);
        };

        await bench.Runs.CloseIfSettledAsync(Run, Token);

        Assert.True(await bench.IsOpenAsync());
    }

    [Fact]
    public async Task Open_AskedForAgainAndAgain_KeepsOneMarker()
    {
        using var bench = await WithRunAsync();
        await bench.Runs.CreateAsync(Spec(), Plan(), Token);
        await bench.Runs.RetryAsync(Run, Token);

        Assert.Single(await bench.Store.ListAsync(RunPaths.OpenPrefix, Token).ToListAsync(Token));
        Assert.Equal([Run], await bench.Runs.ListOpenAsync(Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cancel_RunWhoseMakingWasCutShort_CancelsAllOfIt(int written)
    {
        using var bench = await HalfMadeAsync(written);

        await bench.Runs.RequestCancelAsync(Run, Token);

        Assert.All((await bench.Runs.LoadAsync(Run, Token)).Stages.Values, record => Assert.Equal(StageState.Cancelled, record.State));
        Assert.False(await bench.IsOpenAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Retry_RunWhoseMakingWasCutShort_FinishesIt(int written)
    {
        using var bench = await HalfMadeAsync(written);

        Assert.False(await bench.Runs.RetryAsync(Run, Token));

        Assert.True(await bench.IsOpenAsync());
        await bench.CompleteAsync(First);
        await using var claim = await bench.Worker().TryClaimNextAsync(StageKind.FineTuning, Token);
        Assert.NotNull(claim);
    }

    [Fact]
    public async Task IsSettled_FirstStageFailed_DoesNotWaitForThoseBehindIt()
    {
        using var bench = await WithRunAsync();
        Assert.False((await bench.Runs.LoadAsync(Run, Token)).IsSettled);
        await using var claim = await bench.ClaimAsync();
        Assert.True(await claim.FailAsync("bad", permanent: true, Token));

        var status = await bench.Runs.LoadAsync(Run, Token);

        Assert.Equal((true, false), (status.IsSettled, status.IsCompleted));
    }

    /// <summary>A run whose maker was killed after so many writes, of spec, plan and two records.</summary>
    private static async Task<StageBench> HalfMadeAsync(int written)
    {
        var bench = new StageBench();
        bench.Store.BeforePut = (_, _) => written-- > 0 ? Task.CompletedTask : throw new IOException("killed");
        await Assert.ThrowsAsync<IOException>(() => bench.Runs.CreateAsync(Spec(), Plan(), Token));
        bench.Store.BeforePut = (_, _) => Task.CompletedTask;
        return bench;
    }
}
