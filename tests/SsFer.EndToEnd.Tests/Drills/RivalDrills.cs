using System.Net;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>Two workers that want the same stage, at the same time or one after the other.</summary>
public sealed class RivalDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private static readonly string Trainer = Service.Of(StageKind.Pretraining);

    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A claim that is stale after twenty seconds instead of a minute, and still lives through any delay of a busy machine.
    /// </summary>
    private static readonly (string, string)[] ShortClaims =
    [
        ("StageProtocol:HeartbeatInterval", "00:00:01"),
        ("StageProtocol:StaleAfter", $"{StaleAfter}"),
        ("Store:Resilience:AttemptTimeout", "00:00:05"),
        ("Store:Resilience:TotalTimeout", "00:00:08"),
    ];

    [Fact]
    public async Task TwoTrainers_ClaimAStageAtTheSameMoment_OneBeginsIt()
    {
        const int Copies = 4; // of each wake-up, which the broker hands out in turns: both get it
        var system = await SystemWithFacesAsync();
        await using var gate = await StartingGate.BeforeAsync((await Servers.BlobsAsync()).Port, Token);
        (string, string)[] settings = [("ConnectionStrings:blobs", gate.Through(system.Blobs)), ("StageWorker:LookInterval", "00:10:00")];
        ServiceProcess[] rivals = [system.Start(Trainer, settings), system.Start(Trainer, settings)];
        foreach (var rival in rivals)
        {
            await rival.UntilHealthyAsync(Token);
        }

        foreach (var name in (string[])["race-1", "race-2", "race-3"])
        {
            await CreateRunAsync(system, trainings: 1, name);
            await Task.WhenAll(
                Enumerable.Range(0, Copies).Select(_ => system.Bus.WakeAsync(name, TrainingPlan.Pretraining, StageKind.Pretraining, Token))
            );

            var run = await AssertEndsAsCalmAsync(system, name);
            var claims = gate.ClaimsOf(name, TrainingPlan.Pretraining);
            Assert.Equal(rivals.Length, claims.Select(claim => claim.ProcessId).Distinct().Count());
            Assert.Equal(
                [(int)HttpStatusCode.Created, (int)HttpStatusCode.PreconditionFailed],
                claims.Select(claim => claim.Status).Order()
            );
            Assert.Single(rivals.SelectMany(rival => rival.Log), line =>
                line.Contains($"run {name}: pretraining begins", StringComparison.Ordinal)
            );
            Assert.Equal((1, 1), (run.Stages[TrainingPlan.Pretraining].Fence, run.Stages[TrainingPlan.Pretraining].Attempt));
            await AssertToldOfAsync(system, name, [TrainingPlan.Pretraining]);
        }
    }

    [Fact]
    public async Task Trainer_SuspendedUntilItsClaimIsTaken_WakesWithoutHarm()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 1);
        var zombie = system.Start(Trainer, [.. Slowly(3), .. ShortClaims]);
        await UntilInMidStageAsync(system);

        zombie.Suspend();
        system.Start(Trainer, [.. Slowly(2), .. ShortClaims]);
        await UntilTakenOverAsync(system);
        zombie.Resume(); // while the other works

        var run = await AssertEndsAsCalmAsync(system);
        Assert.Equal(2, run.Stages[TrainingPlan.Pretraining].Fence);
        await Patience.UntilAsync(
            "the zombie to see that it lost",
            _ => Task.FromResult(zombie.Log.FirstOrDefault(line => line.Contains("pretraining Lost", StringComparison.Ordinal))),
            Token
        );
        Assert.False(zombie.HasExited);
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining]);
    }

    [Fact]
    public async Task Trainer_KilledOnAnotherMachine_IsSucceededWhenItsHeartbeatIsOld()
    {
        var system = await SystemWithFacesAsync();
        await CreateRunAsync(system, trainings: 1);
        var victim = system.Start(Trainer, [.. Slowly(3), .. ShortClaims, ("Drills:Machine", "elsewhere")]);
        await UntilInMidStageAsync(system);
        victim.Kill();
        var left = (await system.Runs.LoadAsync(Run, Token)).Stages[TrainingPlan.Pretraining];
        Assert.Equal((StageState.Running, 1, "elsewhere"), (left.State, left.Fence, left.Owner!.Machine));
        Assert.False(left.Owner.IsKnownDead()); // although it is: only time can tell

        var started = TimeProvider.System.GetTimestamp();
        var successor = system.Start(Trainer, ShortClaims);
        await UntilTakenOverAsync(system);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= StaleAfter);

        var run = await AssertEndsAsCalmAsync(system);
        Assert.Equal(2, run.Stages[TrainingPlan.Pretraining].Fence);
        AssertResumed(successor);
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining]);
    }

    private static Task<StageRecord> UntilTakenOverAsync(SystemUnderTest system) =>
        system.UntilAsync(Run, TrainingPlan.Pretraining, record => record.Fence > 1, Token);
}
