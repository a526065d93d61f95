using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using SsFer.Contracts.Events;
using static SsFer.StageHosting.Tests.WorkerBench;

namespace SsFer.StageHosting.Tests;

/// <summary>A worker at which every attempt fails, for instance because its disk is full.</summary>
public sealed class SickWorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(5, 240)]
    [InlineData(6, 300)]
    [InlineData(1000, 300)]
    public void Pause_AfterFailuresInARow_DoublesUpToFiveMinutes(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new StageWorkerOptions().PauseAfter(failures));

    [Fact]
    public async Task Worker_TwoAttemptsFailedInARow_LeavesTheThirdToAnotherAndGoesOnAfterwards()
    {
        var time = new FakeTimeProvider();
        // Time runs fast here
        await using var bench = new WorkerBench(time, ("StageWorker:LookInterval", "00:00:01"), ("StageProtocol:StaleAfter", "01:00:00"));
        bench.Script.Work = (claim, _) => claim.Stage.Name == First ? throw new IOException("no space left on device") : Task.CompletedTask;
        await bench.CreateRunAsync();
        await bench.StartAsync();

        await UntilAsync(() => Pauses().Any());
        var paused = Pauses().First().At; // the clock may have moved on since
        var healthy = new StageLedger(bench.Store, new StageProtocolOptions(), time);
        time.Advance(TimeSpan.FromSeconds(20)); // far longer than the stage's own back-off and the worker's look interval
        await bench.Announcer.WakeStartableAsync(Run, Token);
        await using (var claim = await healthy.TryClaimAsync(Run, First, Token))
        {
            Assert.Equal(3, claim!.Record.Attempt);
            Assert.True(await claim.CompleteAsync(new StageArtifact { Path = claim.Paths.Checkpoint(1) }, Token));
        }

        await UntilAsync(() => bench.Script.Done.Contains($"{Run}/{Second}"));
        Assert.True(time.GetUtcNow() - paused >= TimeSpan.FromSeconds(30));
        await bench.Events.NextAsync<ClassifierFineTuned>(Token);

        IEnumerable<(DateTimeOffset At, string Line)> Pauses() =>
            bench.Log.Where(told =>
                told.Line.StartsWith(
                    "2 attempts in a row failed here: the worker leaves stages to others for 00:00:30",
                    StringComparison.Ordinal
                )
            );

        async Task UntilAsync(Func<bool> condition)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(Patience);
            while (!condition())
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
            }
        }
    }

    [Fact]
    public async Task Worker_PermanentFaultsInARow_GoesOnAtOnce()
    {
        await using var bench = new WorkerBench();
        bench.Script.Work = (claim, _) => claim.Spec.Id == "good" ? Task.CompletedTask : throw new PermanentStageException("no faces");
        foreach (var run in (string[])["bad-1", "bad-2", "bad-3", "good"])
        {
            await bench.CreateRunAsync(run);
        }

        await bench.StartAsync();

        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
        Assert.DoesNotContain(bench.Log, told => told.Line.Contains("in a row", StringComparison.Ordinal));
    }
}
