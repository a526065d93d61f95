using SsFer.Contracts;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>Two workers that want the same stage, at the same time or one after the other.</summary>
public sealed class RivalDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private static readonly string Trainer = Service.Of(StageKind.Pretraining);

    /// <summary>A claim that is stale within seconds instead of a minute.</summary>
    private static readonly (string, string)[] ShortClaims =
    [
        ("StageProtocol:HeartbeatInterval", "00:00:01"),
        ("StageProtocol:StaleAfter", "00:00:10"),
        ("Store:Resilience:AttemptTimeout", "00:00:05"),
        ("Store:Resilience:TotalTimeout", "00:00:08"),
    ];

    [Fact]
    public async Task TwoTrainers_RaceForEveryStage_EachIsDoneOnce()
    {
        var system = await SystemWithFacesAsync();
        ServiceProcess[] rivals = [system.Start(Trainer), system.Start(Trainer)];
        foreach (var rival in rivals)
            await rival.AddressAsync(Token);
        string[] runs = ["race-1", "race-2", "race-3", "race-4"];
        foreach (var run in runs)
        {
            await CreateRunAsync(system, trainings: 1, run);
            await system.Bus.WakeAsync(run, TrainingPlan.Pretraining, StageKind.Pretraining, Token);
        }

        foreach (var name in runs)
        {
            var run = await AssertEndsAsCalmAsync(system, name);
            Assert.Equal((1, 1), (run.Stages[TrainingPlan.Pretraining].Fence, run.Stages[TrainingPlan.Pretraining].Attempt));
        }

        Assert.All(rivals, rival => Assert.Contains(rival.Log, line => line.Contains("pretraining begins", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Trainer_SuspendedUntilItsClaimIsTaken_WakesWithoutHarm()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 1);
        var zombie = system.Start(Trainer, ShortClaims);
        await UntilInMidStageAsync(system);

        zombie.Suspend();
        system.Start(Trainer, ShortClaims);
        await UntilInMidStageAsync(system, fence: 2);
        zombie.Resume();

        var run = await AssertEndsAsCalmAsync(system);
        Assert.Equal(2, run.Stages[TrainingPlan.Pretraining].Fence);
        await Patience.UntilAsync("the zombie to see that it lost", _ => Task.FromResult(zombie.Log.FirstOrDefault(line => line.Contains("pretraining Lost", StringComparison.Ordinal))), Token);
        Assert.False(zombie.HasExited);
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining]);
    }
}
