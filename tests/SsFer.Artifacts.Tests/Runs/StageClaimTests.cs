using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageClaimTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Heartbeat_EachInterval_ChangesTheRecord()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        await bench.BeatAsync(claim);
        await bench.BeatAsync(claim);

        var heartbeat = (await bench.RecordAsync()).Heartbeat!;
        Assert.Equal((2, bench.Time.GetUtcNow()), (heartbeat.Beat, heartbeat.At));
    }

    [Fact]
    public async Task Zombie_ItsClaimWasTakenWhileItSlept_WritesIntoTheVoid()
    {
        using var bench = await WithRunAsync();
        await using var zombie = await bench.ClaimAsync(bench.Worker(new FakeTimeProvider())); // its clock stands still: suspended
        await using var heir = await TakeOverAsync(bench);
        Assert.True(await bench.SaveCheckpointAsync(heir, 20));
        var truth = await bench.RecordAsync();

        var pointer = await bench.WriteCheckpointAsync(zombie, 30, "stale");
        Assert.False(zombie.Lost.IsCancellationRequested);
        Assert.False(await zombie.SaveCheckpointAsync(pointer, Token));
        Assert.True(zombie.Lost.IsCancellationRequested);
        Assert.Contains("taken over", zombie.LostReason, StringComparison.Ordinal);
        Assert.False(await zombie.CompleteAsync(StageArtifact.From(pointer), Token));
        Assert.False(await zombie.FailAsync("too late", permanent: true, Token));
        Assert.False(await zombie.ReleaseAsync(Token));

        Assert.Equivalent(truth, await bench.RecordAsync(), strict: true);
        Assert.True(await bench.SaveCheckpointAsync(heir, 40));
    }

    [Fact]
    public async Task Heartbeat_ClaimWasTaken_FiresLost()
    {
        using var bench = await WithRunAsync();
        var clock = new FakeTimeProvider();
        await using var claim = await bench.ClaimAsync(bench.Worker(clock));
        await using var heir = await TakeOverAsync(bench);

        clock.Advance(bench.Options.HeartbeatInterval);

        await FiredAsync(claim.Lost);
        Assert.False(heir.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Heartbeat_StoreFailsForAWhile_KeepsTheClaim()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        bench.Store.BeforePut = (_, _) => throw new IOException("the network is down");
        for (var beat = 1; beat <= 2; beat++)
        {
            bench.Time.Advance(bench.Options.HeartbeatInterval);
            await bench.Store.UntilAsync(
                () => Task.FromResult(bench.Store.Log.Count(entry => entry.StartsWith("refused", StringComparison.Ordinal)) == beat),
                Token
            );
        }

        bench.Store.BeforePut = (_, _) => Task.CompletedTask;
        Assert.True(await bench.SaveCheckpointAsync(claim, 1));
        await bench.BeatAsync(claim);
        await bench.BeatAsync(claim);

        Assert.False(claim.Lost.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Heartbeat_StoreFailsOrHangsTooLong_LosesTheClaimBeforeAnyoneMayTakeIt(bool hangs)
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        bench.Store.BeforePut = (_, token) => hangs ? Task.Delay(Timeout.Infinite, token) : throw new IOException("the network is down");

        bench.Time.Advance(bench.Options.StaleAfter - bench.Options.HeartbeatInterval - TimeSpan.FromMilliseconds(1));
        Assert.False(claim.Lost.IsCancellationRequested);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));

        await FiredAsync(claim.Lost);
        Assert.Contains("the store could not be written for 45 s", claim.LostReason, StringComparison.Ordinal);
        bench.Store.BeforePut = (_, _) => Task.CompletedTask;
        Assert.False(await claim.CompleteAsync(new StageArtifact { Path = "checkpoints/x" }, Token));
        Assert.Equal(StageState.Running, (await bench.RecordAsync()).State);
    }

    [Fact]
    public async Task SaveCheckpoint_AnswerLostOnItsWay_CountsOnceWhenTriedAgain()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var metrics = await new MetricLog(bench.Store).WriteAsync(claim, 5, [new { loss = 1.5 }], Token);
        var pointer = await bench.WriteCheckpointAsync(claim, 5, metrics: metrics);
        bench.Store.AfterPut = _ => throw new IOException("connection reset");
        await Assert.ThrowsAsync<IOException>(() => claim.SaveCheckpointAsync(pointer, Token));
        bench.Store.AfterPut = _ => { };

        Assert.True(await claim.SaveCheckpointAsync(pointer, Token));

        Assert.Single((await bench.RecordAsync()).Metrics);
        Assert.False(claim.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Complete_AnswerLostOnItsWay_SucceedsWhenTriedAgain()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var artifact = new StageArtifact { Path = "models/m1", Summary = Json(new { accuracy = 0.5 }) };
        bench.Store.AfterPut = _ => throw new IOException("connection reset");
        await Assert.ThrowsAsync<IOException>(() => claim.CompleteAsync(artifact, Token));
        bench.Store.AfterPut = _ => { };

        Assert.True(await claim.CompleteAsync(artifact, Token));
        Assert.Equal(0.5, (await bench.RecordAsync()).Artifact!.Summary!.Value.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task RequestCancel_RunningStage_IsToldAtItsNextHeartbeat()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        await bench.Runs.RequestCancelAsync(Run, Token);
        Assert.False(claim.CancelRequested.IsCancellationRequested);

        await bench.BeatAsync(claim);

        await FiredAsync(claim.CancelRequested);
        Assert.False(claim.Lost.IsCancellationRequested);
        Assert.True(await bench.SaveCheckpointAsync(claim, 3));
        Assert.True(await claim.CancelAsync(Token));
        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Cancelled, 3L), (record.State, record.Checkpoint!.Step));
    }

    [Fact]
    public async Task Release_AfterACancelRequest_CancelsInsteadOfWaitingForAnother()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        await bench.Runs.RequestCancelAsync(Run, Token);

        Assert.True(await claim.ReleaseAsync(Token));

        Assert.Equal(StageState.Cancelled, (await bench.RecordAsync()).State);
    }

    [Fact]
    public async Task Fail_PermanentFault_FailsAtTheFirstAttempt()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        Assert.True(await claim.FailAsync("fer0000012.png is not an image", permanent: true, Token));

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Failed, "fer0000012.png is not an image"), (record.State, record.Error));
    }

    [Fact]
    public async Task Dispose_WithoutAnEnd_LeavesTheRecordAsACrashWould()
    {
        using var bench = await WithRunAsync();
        var claim = await bench.ClaimAsync();
        await bench.BeatAsync(claim);
        var before = await bench.RecordAsync();

        await claim.DisposeAsync();
        await claim.DisposeAsync();
        bench.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equivalent(before, await bench.RecordAsync(), strict: true);
        Assert.Equal(StageState.Running, before.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => claim.ReleaseAsync(Token));
    }

    [Fact]
    public async Task Ended_AnyFurtherWrite_IsRefusedAndTheHeartStands()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        Assert.True(await claim.ReleaseAsync(Token));
        var writes = bench.Store.Log.Count;

        Assert.False(await bench.SaveCheckpointAsync(claim, 1));
        bench.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.False(claim.Lost.IsCancellationRequested);
        Assert.Equal(writes + 2, bench.Store.Log.Count); // the checkpoint's two files; the record is untouched
    }

    [Fact]
    public async Task SaveCheckpoint_AmongHeartbeats_NeitherIsLost()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        for (var step = 1; step <= 30; step++)
        {
            bench.Time.Advance(bench.Options.HeartbeatInterval);
            Assert.True(await bench.SaveCheckpointAsync(claim, step));
        }

        Assert.False(claim.Lost.IsCancellationRequested);
        Assert.Equal(30, (await bench.RecordAsync()).Checkpoint!.Step);
    }

    private static async Task<StageClaim> TakeOverAsync(StageBench bench)
    {
        var looker = bench.Worker();
        Assert.Null(await looker.TryClaimAsync(Run, First, Token));
        bench.Time.Advance(bench.Options.StaleAfter);
        return await bench.ClaimAsync(looker);
    }
}
