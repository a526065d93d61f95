using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>Workers that die, at any moment and at the worst ones.</summary>
public sealed class CrashDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private static readonly TimeSpan DeathPatience = TimeSpan.FromMinutes(3);

    [Fact]
    public void Calm_EveryStageIsDoneOnceAndToldOnce()
    {
        Assert.All(Calm.Run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        Assert.Equal(Calm.Run.Plan.Stages.Count + 1, Calm.Events.Count); // and what the gate decided
    }

    [Fact]
    public async Task Trainer_KilledInMidStage_AnotherResumes()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 3);
        var plan = SmallRun.FromFaces(3);
        var successors = new List<ServiceProcess>();
        foreach (var stage in plan.Stages)
        {
            var victim = system.Start(Service.Of(stage.Kind), Slowly(3));
            await UntilInMidStageAsync(system, stage.Name);
            victim.Kill();
            Assert.Equal(StageState.Running, (await system.Runs.LoadAsync(Run, Token)).Stages[stage.Name].State);
            successors.Add(system.Start(Service.Of(stage.Kind)));
        }

        var run = await AssertEndsAsCalmAsync(system);
        Assert.All(run.Stages.Values, record => Assert.Equal(2, record.Fence));
        Assert.All(successors, AssertResumed);
        await AssertToldOfAsync(system, Run, SmallRun.Trainings);
    }

    [Fact]
    public async Task Trainer_KilledInMidStage_AnotherWithOtherComputeEndsItToTolerance()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 2);
        var victim = system.Start(Service.Of(StageKind.Pretraining), Slowly(3));
        await UntilInMidStageAsync(system);
        victim.Kill();
        Assert.Equal(StageState.Running, (await system.Runs.LoadAsync(Run, Token)).Stages[TrainingPlan.Pretraining].State);

        var successor = system.Start(Service.Of(StageKind.Pretraining), ("Compute:Precision", "bf16"));
        system.Start(Service.Of(StageKind.FineTuning));

        var run = await system.UntilClosedAsync(Run, Token);
        var left = await RunOutcome.ReadAsync(system.Store, run, Token); // every stage is complete, no step was told of twice
        Assert.Equal((2, 1), (run.Stages[TrainingPlan.Pretraining].Fence, run.Stages[TrainingPlan.Pretraining].Attempt));
        AssertResumed(successor);
        Assert.Single(successor.Log, line =>
            line.Contains("the result equals an undisturbed run's to tolerance, not to the byte", StringComparison.Ordinal)
        );
        Assert.NotEqual(Calm.Outcome.Stages[TrainingPlan.Pretraining], left.Stages[TrainingPlan.Pretraining]);
        var calm = await RunOutcome.LastLossAsync(Calm.Store, Run, TrainingPlan.Pretraining, Token);
        Assert.InRange(await RunOutcome.LastLossAsync(system.Store, Run, TrainingPlan.Pretraining, Token), 0.95 * calm, 1.05 * calm);
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining, TrainingPlan.FineTuning]);
    }

    [Fact]
    public async Task Worker_KilledBetweenArtifactAndRecord_AnotherCompletes()
    {
        var system = await SystemAsync();
        await Calm.CopyDatasetsAsync(system.Store, Token);
        await system.Runs.CreateAsync(SmallRun.Spec(Run, Calm.Raw), SmallRun.FromPictures(Calm.Raw), Token);
        foreach (var stage in Calm.Run.Plan.Stages)
        {
            var victim = system.Start(Service.Of(stage.Kind), NotProduction, ("Drills:ExitAt", "before-record"));
            Assert.NotEqual(0, await victim.ExitAsync(DeathPatience, Token));
            Assert.Equal(StageState.Running, (await system.Runs.LoadAsync(Run, Token)).Stages[stage.Name].State);
            system.Start(Service.Of(stage.Kind));
        }

        var run = await AssertEndsAsCalmAsync(system);
        Assert.All(run.Stages.Values, record => Assert.Equal(2, record.Fence));
        await AssertToldOfAsync(system, Run, [.. run.Plan.Stages.Select(stage => stage.Name)]);
    }

    [Fact]
    public async Task Worker_KilledBetweenRecordAndMessage_TheNextFindsItsStage()
    {
        var system = await SystemAsync();
        await Calm.CopyDatasetsAsync(system.Store, Token);
        await system.Runs.CreateAsync(SmallRun.Spec(Run, Calm.Raw), SmallRun.FromPictures(Calm.Raw), Token);
        var victims = Service.Workers.Select(service => system.Start(service, NotProduction, ("Drills:ExitAt", "after-record"))).ToList();
        foreach (var victim in victims)
        {
            Assert.NotEqual(0, await victim.ExitAsync(DeathPatience, Token));
        }

        var run = await AssertEndsAsCalmAsync(system); // the last one had closed it before it died
        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        Assert.Empty(Completions(system, Run));
    }

    [Fact]
    public async Task Worker_KilledBetweenTheLastRecordAndTheRunsClosing_WhoeverLooksNextCloses()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 1);
        var victim = system.Start(Service.Of(StageKind.Pretraining), NotProduction, ("Drills:ExitAt", "before-close"));
        Assert.NotEqual(0, await victim.ExitAsync(DeathPatience, Token));
        Assert.True((await system.Runs.LoadAsync(Run, Token)).IsCompleted);
        Assert.True(await system.Runs.ListOpenAsync(Token).ContainsAsync(Run, cancellationToken: Token));

        system.Start(Service.Of(StageKind.Pretraining));

        var run = await AssertEndsAsCalmAsync(system);
        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        Assert.Empty(Completions(system, Run));
    }

    [Fact]
    public async Task Trainer_ToldToStopInMidStage_IsGoneWithin25SecondsAndAnotherResumes()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 1);
        var first = system.Start(Service.Of(StageKind.Pretraining), Slowly(3));
        await UntilInMidStageAsync(system);

        first.Terminate();

        Assert.Equal(0, await first.ExitAsync(TimeSpan.FromSeconds(25), Token));
        var released = (await system.Runs.LoadAsync(Run, Token)).Stages[TrainingPlan.Pretraining];
        Assert.Equal((StageState.Pending, 0), (released.State, released.Attempt));
        var second = system.Start(Service.Of(StageKind.Pretraining));
        var run = await AssertEndsAsCalmAsync(system);
        Assert.Equal((2, 1), (run.Stages[TrainingPlan.Pretraining].Fence, run.Stages[TrainingPlan.Pretraining].Attempt));
        Assert.Contains(second.Log, line => line.Contains($"from step {released.Checkpoint!.Step} of", StringComparison.Ordinal));
    }
}
