using System.Net;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using SsFer.Artifacts.Azure;
using SsFer.Artifacts.Datasets;
using SsFer.Contracts;
using SsFer.LocalServers;
using SsFer.Testing;
using SsFer.Testing.Browsers;
using SsFer.Testing.Telemetry;
using SsFer.Testing.Walks;

namespace SsFer.AppHost.Tests;

/// <summary>The system as people start it: broker, blob service and seven services, told everything by the app host.</summary>
[Trait("Category", "Slow")]
public sealed class SystemWalkTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Settings => ["--Servers:Containers=false", $"--Servers:Data={_data.Path}"];

    [Fact]
    public async Task System_FromPicturesToAnswers_AndAfterAKillToTheSameAnswers()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        Assert.SkipUnless(AzuriteServer.IsInstalled, AzuriteServer.Needed);
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.Needed);
        await using var telemetry = await OtlpReceiver.StartAsync(Token);

        try
        {
            await WalkAsync(telemetry);
            AssertNothingRuns();
            TelemetryOfARun.AssertSound(telemetry);
        }
        catch
        {
            await File.WriteAllTextAsync(KeptFiles.PathOf("traces.json"), JsonSerializer.Serialize(telemetry.Spans), Token);
            throw;
        }

        await AskAgainAndKillAsync();
        await Waits.UntilAsync("all that the killed app host started has ended", _ => Task.FromResult(Running().Count == 0));
    }

    [Fact]
    public async Task Resource_KilledWhileARunGoesOn_TheRunEndsAsIfNothingHadHappened()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        Assert.SkipUnless(AzuriteServer.IsInstalled, AzuriteServer.Needed);
        await RunningSystem.UseAsync(Settings, [("StageWorker__LookInterval", "00:00:01")], async system =>
        {
            var walk = new PicturesToAnswers(system.Console, system.Endpoint, Waits.UntilAsync);
            await walk.WalkAsync();
            var smoke = await system.Application.ResourceCommands.ExecuteCommandAsync(ResourceNames.Console, "smoke-run", Token);
            Assert.True(smoke.Success, smoke.Message);
            await new KillDrill(system, walk).KillEachAsync();
            await walk.AssertAnswersAsync(model: null);
            await FailAndRetryAsync(system);
            await system.Application.StopAsync(Token);
        });
        AssertNothingRuns();
    }

    public void Dispose() => _data.Dispose();

    private async Task WalkAsync(OtlpReceiver telemetry) =>
        await RunningSystem.UseAsync(
            Settings,
            telemetry.Settings, // where else the dashboard would be
            async system =>
            {
                await new PicturesToAnswers(system.Console, system.Endpoint, Waits.UntilAsync).WalkAsync();
                await AssertCommandsAsync(system.Application);
                await system.Application.StopAsync(Token);
            }
        );

    /// <summary>They reach the Console, and show what it says.</summary>
    private static async Task AssertCommandsAsync(DistributedApplication system)
    {
        var retried = await system.ResourceCommands.ExecuteCommandAsync(ResourceNames.Console, "retry-failed", Token);
        var rolledBack = await system.ResourceCommands.ExecuteCommandAsync(ResourceNames.Console, "roll-back", Token);

        Assert.Equal((true, "no run has failed"), (retried.Success, retried.Message));
        Assert.False(rolledBack.Success);
        Assert.Contains("no model was in production before", rolledBack.Message, StringComparison.Ordinal);
    }

    /// <summary>A run that failed goes on from the dashboard, once what it failed of is mended.</summary>
    private static async Task FailAndRetryAsync(RunningSystem system)
    {
        const string Spoiled = "spoiled";
        var walk = new PicturesToAnswers(system.Console, system.Endpoint, Waits.UntilAsync, Spoiled, seed: 6);
        await walk.ImportAsync();
        var blobs = await system.Application.GetConnectionStringAsync(ResourceNames.Blobs, Token);
        var store = new BlobArtifactStore(BlobConnection.Open(blobs!));
        var datasets = new DatasetCatalog(store);
        var pointers = await datasets.GetAsync(Spoiled, Token);
        var manifest = await datasets.ReadManifestAsync(Spoiled, pointers.Raw!, Token);
        var shard = $"{Containers.Datasets}/{Spoiled}/{manifest.Shards[0].File}";
        using var whole = new MemoryStream();
        await using (var content = await store.OpenReadAsync(shard, Token))
        {
            await content.CopyToAsync(whole, Token);
        }

        await store.PutAsync(shard, new MemoryStream(new byte[10_240]), Token);
        await walk.StartRunAsync(Spoiled);
        Assert.Contains(shard, await walk.UntilFailedAsync(Spoiled), StringComparison.Ordinal);
        whole.Position = 0;
        await store.PutAsync(shard, whole, Token);

        var retried = await system.Application.ResourceCommands.ExecuteCommandAsync(ResourceNames.Console, "retry-failed", Token);

        Assert.Equal((true, $"run {Spoiled} goes on"), (retried.Success, retried.Message));
        await walk.UntilCompletedThoughModelsWereForgottenAsync(Spoiled);
    }

    /// <summary>What was stored is there after another start; and a crash of the app host leaves nothing behind.</summary>
    private async Task AskAgainAndKillAsync()
    {
        var ports = new[] { ResourceNames.Inference, ResourceNames.Console, ResourceNames.FaceDetection }.ToDictionary(
            name => name,
            _ => FreePort.Next()
        );
        using var host = new AppHostProcess([.. Settings, .. ports.Select(service => $"--Services:{service.Key}:Port={service.Value}")]);
        using var console = new HttpClient { BaseAddress = new Uri($"http://localhost:{ports[ResourceNames.Console]}") };
        using var endpoint = new HttpClient { BaseAddress = new Uri($"http://localhost:{ports[ResourceNames.Inference]}") };
        await Waits.UntilAsync("the model of the first start is served", async token =>
        {
            Assert.False(host.HasExited, host.Output);
            using var brief = CancellationTokenSource.CreateLinkedTokenSource(token);
            brief.CancelAfter(TimeSpan.FromSeconds(10));
            using var answer = await endpoint.GetAsync("/v1/model", brief.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        });
        var walk = new PicturesToAnswers(console, endpoint, Waits.UntilAsync);
        await walk.AssertAnswersAsync();
        await LookAtDashboardAsync(host, walk);
        host.Kill();
    }

    private static async Task LookAtDashboardAsync(AppHostProcess host, PicturesToAnswers walk)
    {
        const string Run = "looked-at";
        await using var browser = await Chromium.StartAsync();
        var dashboard = new DashboardPages(await browser.OpenAsync(await host.DashboardAsync()));
        await dashboard.AssertAllHealthyAsync(resources: 9);
        await walk.StartRunAsync(Run);
        var run = await walk.UntilCompletedAsync(Run);
        var stages = run.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("kind").GetString()!);
        await dashboard.AssertTraceOfRunAsync([.. stages]);
        await dashboard.AssertMetricAsync(ResourceNames.Pretraining, "ssfer.stage.duration");
    }

    private void AssertNothingRuns() => Assert.Empty(Running());

    /// <summary>Processes that know of this test's folder: every server and service is told of it.</summary>
    private List<string> Running() =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Where(folder => int.TryParse(Path.GetFileName(folder), out var id) && id != Environment.ProcessId)
                .Where(folder => TextOf(folder, "environ").Contains(_data.Path, StringComparison.Ordinal))
                .Select(folder => TextOf(folder, "cmdline").Replace('\0', ' ')),
        ];

    private static string TextOf(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended, or is somebody else's
        }
    }
}
