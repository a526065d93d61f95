using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using static SsFer.StageHosting.Tests.WorkerBench;

namespace SsFer.StageHosting.Tests;

public sealed class StageMetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Progress_OfARunningStage_IsMeasuredForItsRunAndStageUntilItEnds()
    {
        await using var bench = new WorkerBench();
        var reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var measured = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var rate = bench.Collect<double>("ssfer.stage.images_per_second");
        using var loss = bench.Collect<double>("ssfer.stage.loss");
        var told = new StageProgressed
        {
            Run = Run,
            Stage = First,
            Kind = StageKind.Pretraining,
            Step = 1,
            TotalSteps = 2,
            ImagesPerSecond = 120,
            Metrics = new Dictionary<string, double> { ["loss"] = 0.75 },
        };
        bench.Script.Work = async (claim, token) =>
        {
            if (claim.Stage.Name != First)
            {
                return;
            }

            bench.Observer.Progressed(told);
            reported.SetResult();
            await measured.Task.WaitAsync(token);
        };
        await bench.CreateRunAsync();

        await bench.StartAsync();

        await reported.Task.WaitAsync(Patience, Token);
        rate.RecordObservableInstruments();
        loss.RecordObservableInstruments();
        var tags = new Dictionary<string, object?>
        {
            ["kind"] = "Pretraining",
            ["run"] = Run,
            ["stage"] = First,
        };
        var (rated, lost) = (Assert.Single(rate.GetMeasurementSnapshot()), Assert.Single(loss.GetMeasurementSnapshot()));
        Assert.Equal((120, 0.75), (rated.Value, lost.Value));
        Assert.Equivalent(tags, rated.Tags, strict: true);
        Assert.Equivalent(tags, lost.Tags, strict: true);

        measured.SetResult();
        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
        bench.Observer.Progressed(told); // late
        rate.Clear();
        loss.Clear();
        rate.RecordObservableInstruments();
        loss.RecordObservableInstruments();
        Assert.Empty(rate.GetMeasurementSnapshot());
        Assert.Empty(loss.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Waiting_WorkerBusyAndOneMoreStageCouldStart_IsOne()
    {
        await using var bench = new WorkerBench(("StageWorker:LookInterval", "00:00:00.050"));
        using var waiting = bench.Collect<int>("ssfer.stage.waiting");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Script.Work = async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        await bench.CreateRunAsync();
        await bench.CreateRunAsync("next");

        await bench.StartAsync();

        await begun.Task.WaitAsync(Patience, Token);
        waiting.Clear();
        await waiting.WaitForMeasurementsAsync(2 * 2, Patience); // of both kinds; the first count may have begun before the stage did
        var newest = waiting
            .GetMeasurementSnapshot()
            .GroupBy(count => (string)count.Tags["kind"]!)
            .ToDictionary(counts => counts.Key, counts => counts.Last().Value);
        Assert.Equal(new Dictionary<string, int> { ["Pretraining"] = 1, ["FineTuning"] = 0 }, newest);
    }

    [Fact]
    public async Task Waiting_IsCountedWhileSomebodyCollectsItAlone()
    {
        await using var bench = new WorkerBench();

        Assert.False(bench.Telemetry.CollectsWaiting);
        using var waiting = bench.Collect<int>("ssfer.stage.waiting");
        Assert.True(bench.Telemetry.CollectsWaiting);
    }

    [Fact]
    public async Task Claim_TakenOver_CountsAsLost()
    {
        await using var bench = new WorkerBench();
        using var lost = bench.Collect<long>("ssfer.stage.lost_claims");
        bench.Script.Work = async (_, token) =>
        {
            var time = new FakeTimeProvider();
            var options = new StageProtocolOptions();
            var rival = new StageLedger(bench.Store, options, time);
            Assert.Null(await rival.TryClaimAsync(Run, First, token));
            time.Advance(options.StaleAfter);
            await using var taken = await rival.TryClaimAsync(Run, First, token);
            Assert.NotNull(taken);
        };
        await bench.CreateRunAsync();

        await bench.StartAsync();

        await lost.WaitForMeasurementsAsync(1, Patience);
        await bench.StopAsync();
        var only = Assert.Single(lost.GetMeasurementSnapshot());
        Assert.Equal((1, nameof(StageKind.Pretraining)), (only.Value, only.Tags["kind"]));
    }
}
