using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;
using SsFer.Testing;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>The servers that everybody needs go away and come back. Each test has a server of its own to stop.</summary>
public sealed class OutageDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
    private static readonly TimeSpan BlobOutage = TimeSpan.FromSeconds(20);

    /// <summary>A claim that outlives the outage also where the service takes its time to start on a busy machine.</summary>
    private static readonly (string, string) LongClaims = ("StageProtocol:StaleAfter", "00:02:00");

    [Fact]
    public async Task Broker_StoppedInMidStage_TheStageGoesOnAndMessagesFlowAgainAfterwards()
    {
        await using var broker = await RabbitMqServer.StartAsync(NoSettings, Token);
        var system = await SystemWithFacesAsync(broker);
        ServiceProcess[] workers =
        [
            system.Start(Service.Of(StageKind.Pretraining), Slowly(3)),
            system.Start(Service.Of(StageKind.FineTuning)),
        ];
        await CreateRunAsync(system, trainings: 2);
        await UntilInMidStageAsync(system);

        await broker.StopAsync(Token);
        var met = (await system.Runs.LoadAsync(Run, Token)).Stages[TrainingPlan.Pretraining];
        Assert.Equal(StageState.Running, met.State);
        await system.UntilAsync(Run, TrainingPlan.Pretraining, record => record.Checkpoint!.Step > met.Checkpoint!.Step, Token);
        await broker.StartAgainAsync(Token);

        // What is said while the broker is away is lost: of this run each stage is told of at most once.
        AssertDoneOnce(await AssertEndsAsCalmAsync(system), workers);
        await system.Bus.UntilHealthyAsync(Token);
        foreach (var worker in workers)
        {
            await worker.UntilHealthyAsync(Token);
        }

        await CreateRunAsync(system, trainings: 2, "after");
        await system.Bus.WakeAsync("after", TrainingPlan.Pretraining, StageKind.Pretraining, Token);
        AssertDoneOnce(await AssertEndsAsCalmAsync(system, "after"), workers);
        await AssertToldOfAsync(system, "after", [TrainingPlan.Pretraining, TrainingPlan.FineTuning]);
        Assert.All(Completions(system, Run).GroupBy(stage => stage), stage => Assert.Single(stage)); // nor afterwards
        Assert.All(workers, worker => Assert.False(worker.HasExited));
    }

    [Fact]
    public async Task BlobService_AwayFor20SecondsInMidStage_TheRunEndsAllTheSame()
    {
        await using var blobs = await AzuriteServer.StartAsync(Token);
        var system = await SystemWithFacesAsync(blobs: blobs);
        ServiceProcess[] workers =
        [
            system.Start(Service.Of(StageKind.Pretraining), [.. Slowly(2), LongClaims]),
            system.Start(Service.Of(StageKind.FineTuning), LongClaims),
        ];
        await CreateRunAsync(system, trainings: 2);
        await UntilInMidStageAsync(system);

        await blobs.StopAsync(Token);
        await Task.Delay(BlobOutage, Token); // the outage itself
        await blobs.StartAgainAsync(Token);
        // In 20 s it would have come to several checkpoints, each of which it has to write before it goes on.
        var met = (await system.Runs.LoadAsync(Run, Token)).Stages[TrainingPlan.Pretraining];
        Assert.NotEqual(StageState.Completed, met.State);

        // The tries at a write spread over some 25 s, which 20 s and the service's own start may outlast. So the stage that is struck
        // may end an attempt and
        // begin another from its checkpoint, once; its claim it does not lose. The stage that comes after knows nothing of all that.
        var run = await AssertEndsAsCalmAsync(system);
        var struck = run.Stages[TrainingPlan.Pretraining];
        Assert.InRange(struck.Fence, 1, 2);
        Assert.InRange(struck.Attempt, 1, struck.Fence);
        AssertBegan(workers, Run, TrainingPlan.Pretraining, (int)struck.Fence);
        var next = run.Stages[TrainingPlan.FineTuning];
        Assert.Equal((1, 1), (next.Fence, next.Attempt));
        AssertBegan(workers, Run, TrainingPlan.FineTuning, 1);
        Assert.DoesNotContain(workers.SelectMany(worker => worker.Log), line => line.Contains(" Lost after ", StringComparison.Ordinal));
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining, TrainingPlan.FineTuning]);
        Assert.All(workers, worker => Assert.False(worker.HasExited));
    }

    private static void AssertDoneOnce(RunStatus run, IReadOnlyList<ServiceProcess> workers)
    {
        foreach (var (stage, record) in run.Stages)
        {
            Assert.Equal((1, 1), (record.Fence, record.Attempt));
            AssertBegan(workers, run.Spec.Id, stage, times: 1);
        }
    }

    private static void AssertBegan(IReadOnlyList<ServiceProcess> workers, string run, string stage, int times) =>
        Assert.Equal(
            times,
            workers.SelectMany(worker => worker.Log).Count(line => line.Contains($"run {run}: {stage} begins", StringComparison.Ordinal))
        );
}
