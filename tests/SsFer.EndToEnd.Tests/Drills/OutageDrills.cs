using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;
using SsFer.Testing;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>The servers that everybody needs go away and come back. Each test has a server of its own to stop.</summary>
public sealed class OutageDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
    private static readonly TimeSpan BlobOutage = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Broker_StoppedInMidStage_TheStageGoesOnAndMessagesFlowAgainAfterwards()
    {
        await using var broker = await RabbitMqServer.StartAsync(NoSettings, Token);
        var system = await SystemWithFacesAsync(broker);
        system.StartAll(Service.Workers.Skip(1).Take(2));
        await CreateRunAsync(system, trainings: 2);
        var before = await UntilInMidStageAsync(system);

        await broker.StopAsync(Token);
        await system.UntilAsync(Run, TrainingPlan.Pretraining, record => record.Checkpoint!.Step > before.Checkpoint!.Step + 10 || record.State == StageState.Completed, Token);
        await broker.StartAgainAsync(Token);

        var run = await AssertEndsAsCalmAsync(system);
        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        await system.Bus.UntilHealthyAsync(Token);
        await CreateRunAsync(system, trainings: 2, "after");
        await system.Bus.WakeAsync("after", TrainingPlan.Pretraining, StageKind.Pretraining, Token);
        await AssertEndsAsCalmAsync(system, "after");
        await system.Bus.UntilHeardAsync<ClassifierFineTuned>(told => told.Run == "after", Token);
    }

    [Fact]
    public async Task BlobService_AwayFor20SecondsInMidStage_TheRunEndsAllTheSame()
    {
        await using var blobs = await AzuriteServer.StartAsync(Token);
        var system = await SystemWithFacesAsync(blobs: blobs);
        var workers = Service.Workers.Skip(1).Take(2).Select(service => system.Start(service)).ToList();
        await CreateRunAsync(system, trainings: 2);
        await UntilInMidStageAsync(system);

        await blobs.StopAsync(Token);
        await Task.Delay(BlobOutage, Token); // the outage itself
        await blobs.StartAgainAsync(Token);

        await AssertEndsAsCalmAsync(system);
        Assert.All(workers, worker => Assert.False(worker.HasExited));
    }
}
