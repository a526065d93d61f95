using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using static SsFer.StageHosting.Tests.WorkerBench;

namespace SsFer.StageHosting.Tests;

[Trait("Category", "Slow")]
public sealed class StageWorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_RunThatWaitsAtItsStart_DoesAllItsStagesAndTellsOfEach()
    {
        await using var bench = new WorkerBench();
        await bench.CreateRunAsync();

        await bench.StartAsync();

        Assert.Equal(
            new Contracts.ArtifactReference("checkpoints/bench/pretrain/1-1/weights.safetensors"),
            (await bench.Events.NextAsync<EncoderPretrained>(Token)).Encoder
        );
        Assert.Equal(Second, (await bench.Events.NextAsync<ClassifierFineTuned>(Token)).Stage);
        Assert.True((await bench.Runs.LoadAsync(Run, Token)).IsCompleted);
        Assert.Equal(["bench/pretrain", "bench/finetune"], bench.Script.Done);
    }

    [Fact]
    public async Task Worker_Idle_IsWokenByTheMessage()
    {
        await using var bench = new WorkerBench();
        await bench.StartAsync();
        await bench.CreateRunAsync();

        Assert.True(await bench.Announcer.WakeStartableAsync(Run, Token));

        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
    }

    [Fact]
    public async Task Worker_LostWakeUp_FindsTheRunByLooking()
    {
        await using var bench = new WorkerBench(("StageWorker:LookInterval", "00:00:00.050"));
        await bench.StartAsync();

        await bench.CreateRunAsync();

        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
    }

    [Fact]
    public async Task Worker_DrilledToBeElsewhere_ClaimsAsOneWhoseDeathCannotBeSeen()
    {
        await using var bench = new WorkerBench(("Drills:Machine", "elsewhere"));
        await bench.CreateRunAsync();

        await bench.StartAsync();
        await bench.Events.NextAsync<EncoderPretrained>(Token);

        var owner = (await bench.RecordAsync()).Owner!;
        Assert.Equal(("elsewhere", "elsewhere"), (owner.Host, owner.Machine));
        Assert.False((owner with { ProcessStart = -1 }).IsKnownDead());
    }

    [Fact]
    public async Task Worker_ManyWakeUps_DoesEachStageOnce()
    {
        await using var bench = new WorkerBench();
        await bench.StartAsync();
        await bench.CreateRunAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bench.Announcer.WakeStartableAsync(Run, Token)));
        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
        await bench.CreateRunAsync("later");
        await bench.Announcer.WakeStartableAsync("later", Token);
        await bench.Events.NextAsync<ClassifierFineTuned>(Token);

        Assert.Equal(["bench/pretrain", "bench/finetune", "later/pretrain", "later/finetune"], bench.Script.Done);
    }

    [Fact]
    public async Task Worker_StageThatFails_TellsWhyAndGoesOnWithOtherRuns()
    {
        await using var bench = new WorkerBench();
        bench.Script.Work = (claim, _) =>
            claim.Spec.Id == Run ? throw new PermanentStageException("face 7 is not a face") : Task.CompletedTask;
        await bench.CreateRunAsync();
        await bench.CreateRunAsync("good");

        await bench.StartAsync();

        var failed = await bench.Events.NextAsync<StageFailed>(Token);
        Assert.Equal((Run, First, 1, "face 7 is not a face"), (failed.Run, failed.Stage, failed.Attempts, failed.Reason));
        Assert.Equal("good", (await bench.Events.NextAsync<ClassifierFineTuned>(Token)).Run);
        Assert.Equal(StageState.Failed, (await bench.RecordAsync()).State);
    }

    [Fact]
    public async Task Worker_ToldToStop_HandsTheStageBackWithoutCountingTheAttempt()
    {
        await using var bench = new WorkerBench();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Script.Work = async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        await bench.CreateRunAsync();
        await bench.StartAsync();
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);

        await bench.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), Token);

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Pending, 0), (record.State, record.Attempt));
    }

    [Fact]
    public async Task Worker_NoBroker_FinishesTheRun()
    {
        await using var bench = new WorkerBench(
            ("ConnectionStrings:messaging", "amqp://guest:guest@127.0.0.1:1"),
            ("StageWorker:AnnouncementTimeout", "00:00:00.100")
        );
        await bench.CreateRunAsync();

        await bench.StartAsync();

        while (!(await bench.Runs.LoadAsync(Run, Token)).IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }

        Assert.Equal(2, bench.Script.Done.Count);
    }

    [Fact]
    public async Task Progress_MoreThanCanBeTold_TellsTheNewest()
    {
        const int Steps = 500;
        var time = new PublishersClock();
        await using var bench = new WorkerBench(time);
        var reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Script.Work = async (claim, token) =>
        {
            if (claim.Stage.Name != First)
            {
                return;
            }

            for (var step = 1; step <= Steps; step++)
            {
                bench.Observer.Progressed(
                    new StageProgressed
                    {
                        Run = Run,
                        Stage = First,
                        Kind = StageKind.Pretraining,
                        Step = step,
                        TotalSteps = Steps,
                        ImagesPerSecond = 10,
                        Metrics = new Dictionary<string, double> { ["loss"] = 1.5 },
                    }
                );
            }

            reported.SetResult();
            await told.Task.WaitAsync(token);
        };
        await bench.CreateRunAsync();

        await bench.StartAsync();
        await Task.WhenAll(reported.Task, time.IsRunning).WaitAsync(TimeSpan.FromMinutes(1), Token);
        time.Advance(PublishersClock.Tick);
        var message = await bench.Events.NextAsync<StageProgressed>(Token);
        told.SetResult();

        Assert.Equal((Steps, StageKind.Pretraining, 1.5), (message.Step, message.Kind, message.Metrics["loss"]));
    }

    /// <summary>A clock that says when the publisher of progress has set its timer to it: a tick before that would reach nobody.</summary>
    private sealed class PublishersClock : FakeTimeProvider
    {
        public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

        private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsRunning => _running.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (period == Tick)
            {
                _running.TrySetResult();
            }

            return timer;
        }
    }
}
