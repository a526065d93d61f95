using SsFer.Contracts;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>Messages that are lost, doubled, out of order or about nothing: they only wake.</summary>
public sealed class MessageDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    [Fact]
    public async Task Run_EveryWakeUpIsLost_EndsAllTheSame()
    {
        var system = await SystemAsync();
        await Calm.CopyDatasetsAsync(system.Store, Token);
        await system.Bus.StealWakeUpsAsync();
        foreach (var service in Service.Workers)
            system.Start(service, ("StageWorker:LookInterval", "00:00:05"));
        await system.Runs.CreateAsync(SmallRun.Spec(Run, Calm.Raw), SmallRun.FromPictures(Calm.Raw), Token);

        var run = await AssertEndsAsCalmAsync(system);

        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        // Nobody was ever told of the first stage. The others may have been found before anybody was to be told; what was sent went to the thief, once each.
        var stolen = system.Bus.Stolen.Select(wake => wake.Stage).ToList();
        Assert.NotEmpty(stolen);
        Assert.Equal(stolen.Distinct(), stolen);
        Assert.DoesNotContain(SmallRun.Preparation, stolen);
    }

    [Fact]
    public async Task Run_WakeUpsDoubledAndInReverse_EveryStageIsDoneOnce()
    {
        const int Copies = 5;
        var system = await SystemWithFacesAsync();
        system.StartAll(Service.Workers.Skip(1).Take(2));
        await CreateRunAsync(system, trainings: 2);
        var plan = SmallRun.FromFaces(2);
        await WakeInReverseAsync();
        await UntilInMidStageAsync(system);
        await WakeInReverseAsync();
        await system.UntilClosedAsync(Run, Token);
        await WakeInReverseAsync();
        await system.Bus.WakeAsync("no-such-run", TrainingPlan.FineTuning, StageKind.FineTuning, Token);

        // What the workers make of all that is seen in a run that comes after it.
        await CreateRunAsync(system, trainings: 2, "after");
        await AssertEndsAsCalmAsync(system, "after");
        var run = await AssertEndsAsCalmAsync(system);
        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        await AssertToldOfAsync(system, Run, [.. plan.Stages.Select(stage => stage.Name)]);

        async Task WakeInReverseAsync()
        {
            foreach (var stage in plan.Stages.Reverse())
            {
                for (var copy = 0; copy < Copies; copy++)
                    await system.Bus.WakeAsync(Run, stage.Name, stage.Kind, Token);
            }
        }
    }
}
