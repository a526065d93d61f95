using SsFer.Artifacts.Runs;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>
/// A run that begins under one build and ends under another, with services of both in one system: <c>infra/scripts/rolling-update.sh</c>
/// builds another commit and does this from it and to it.
/// </summary>
public sealed class RollingUpdateDrill(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private static readonly string? OtherBuild = Environment.GetEnvironmentVariable("SSFER_OTHER_BUILD");

    [Fact]
    public async Task Run_BegunByAnotherBuild_IsEndedAndServedByThisOneAndTheOther()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(OtherBuild), "no other build is named: infra/scripts/rolling-update.sh COMMIT");
        var system = await SystemAsync();
        await Calm.CopyDatasetsAsync(system.Store, Token);
        var before = Service.Workers.ToDictionary(service => service, service => system.StartProgram(OtherPath(service), Slowly(2)));
        await system.Runs.CreateAsync(SmallRun.Spec(Run, Calm.Raw), SmallRun.FromPictures(Calm.Raw), Token);
        await system.Bus.WakeAsync(Run, SmallRun.Preparation, Contracts.StageKind.FaceDetection, Token);

        await UntilInMidStageAsync(system, TrainingPlan.Pretraining);
        await ReplaceAsync(Contracts.StageKind.Pretraining);
        await UntilInMidStageAsync(system, TrainingPlan.FineTuning);
        foreach (var kind in Enum.GetValues<Contracts.StageKind>().Where(kind => kind != Contracts.StageKind.Pretraining))
        {
            await ReplaceAsync(kind);
        }

        var run = await system.UntilClosedAsync(Run, Token);
        Assert.All(run.Stages.Values, record => Assert.Equal(StageState.Completed, record.State));
        await AssertToldOfAsync(system, Run, [.. run.Plan.Stages.Select(stage => stage.Name)]);
        foreach (var program in (string[])[OtherPath(Service.Inference), LocalServers.BuiltService.PathOf(Service.Inference)])
        {
            using var client = await system.ClientAsync(system.StartProgram(program), Token);
            await client.UntilServesAsync(Run, Token);
        }

        // Told to stop, as a rolling update does; the new one is there before the old one has gone.
        async Task ReplaceAsync(Contracts.StageKind kind)
        {
            system.Start(Service.Of(kind));
            before[Service.Of(kind)].Terminate();
            Assert.Equal(0, await before[Service.Of(kind)].ExitAsync(TimeSpan.FromSeconds(30), Token));
        }
    }

    private static string OtherPath(string service) => Path.Combine(OtherBuild!, "artifacts", "bin", service, "release", $"{service}.dll");
}
