using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsFer.Contracts;
using SsFer.LocalServers;
using SsFer.Testing;
using SsFer.Testing.Telemetry;
using SsFer.Testing.Walks;

namespace SsFer.AppHost.Tests;

/// <summary>The system as people start it: broker, blob service and seven services, told everything by the app host.</summary>
[Trait("Category", "Slow")]
public sealed class SystemWalkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5),
        Pause = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Settings => ["--Servers:Containers=false", $"--Servers:Data={_data.Path}"];

    [Fact]
    public async Task System_FromPicturesToAnswers_AndAfterAKillToTheSameAnswers()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        Assert.SkipUnless(AzuriteServer.IsInstalled, AzuriteServer.Needed);
        await using var telemetry = await OtlpReceiver.StartAsync(Token);

        await WalkAsync(telemetry);
        AssertNothingRuns();
        TelemetryOfARun.AssertSound(telemetry);

        await AskAgainAndKillAsync();
        await UntilAsync("all that the killed app host started has ended", _ => Task.FromResult(Running().Count == 0));
    }

    public void Dispose() => _data.Dispose();

    private async Task WalkAsync(OtlpReceiver telemetry)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SsFer_AppHost>(Settings, Token);
        builder.Services.AddLogging(logging => logging.ClearProviders()); // thousands of lines; see TellAsync
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            service.Annotations.Add(
                new EnvironmentCallbackAnnotation(context =>
                {
                    foreach (var (key, value) in telemetry.Settings)
                    {
                        context.EnvironmentVariables[key] = value; // where else the dashboard would be
                    }
                })
            );
        }

        await using var system = await builder.BuildAsync(Token);
        try
        {
            await system.StartAsync(Token);
            await UntilHealthyAsync(system);
            using var console = system.CreateHttpClient(ResourceNames.Console, "http");
            using var endpoint = system.CreateHttpClient(ResourceNames.Inference, "http");
            await new PicturesToAnswers(console, endpoint, UntilAsync).WalkAsync();
            await AssertCommandsAsync(system);
            await system.StopAsync(Token);
        }
        catch
        {
            await TellAsync(system);
            throw;
        }
    }

    private static async Task UntilHealthyAsync(DistributedApplication system)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        var resources = system.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        var awaited = resources.Where(resource => resource is ProjectResource or IResourceWithConnectionString).ToList();
        Assert.Equal(9, awaited.Count);
        await Task.WhenAll(
            awaited.Select(resource =>
                system.ResourceNotifications.WaitForResourceHealthyAsync(
                    resource.Name,
                    WaitBehavior.StopOnResourceUnavailable,
                    patience.Token
                )
            )
        );
    }

    /// <summary>They reach the Console, and show what it says.</summary>
    private static async Task AssertCommandsAsync(DistributedApplication system)
    {
        var retried = await system.ResourceCommands.ExecuteCommandAsync(ResourceNames.Console, "retry-failed", Token);
        var rolledBack = await system.ResourceCommands.ExecuteCommandAsync(ResourceNames.Console, "roll-back", Token);

        Assert.Equal((true, "none of the newest runs has failed"), (retried.Success, retried.Message));
        Assert.False(rolledBack.Success);
        Assert.Contains("no model was in production before", rolledBack.Message, StringComparison.Ordinal);
    }

    /// <summary>What was stored is there after another start; and a crash of the app host leaves nothing behind.</summary>
    private async Task AskAgainAndKillAsync()
    {
        var ports = new[] { ResourceNames.Inference, ResourceNames.Console, ResourceNames.FaceDetection }.ToDictionary(
            name => name,
            _ => FreePort.Next()
        );
        using var host = new AppHostProcess([
            .. Settings,
            "--DisableDashboard=true",
            .. ports.Select(service => $"--Services:{service.Key}:Port={service.Value}"),
        ]);
        using var endpoint = new HttpClient { BaseAddress = new Uri($"http://localhost:{ports[ResourceNames.Inference]}") };
        await UntilAsync("the model of the first start is served", async token =>
        {
            Assert.False(host.HasExited, host.Output);
            using var answer = await endpoint.GetAsync("/v1/model", token);
            return answer.StatusCode == HttpStatusCode.OK;
        });
        await new PicturesToAnswers(endpoint, endpoint, UntilAsync).AssertAnswersAsync();
        host.Kill();
    }

    private static async Task UntilAsync(string what, Func<CancellationToken, Task<bool>> ask)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        try
        {
            while (!await AskAsync(ask, patience.Token))
            {
                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Patience.TotalMinutes} minutes in vain until {what}");
        }
    }

    private static async Task<bool> AskAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return false; // nobody listens yet
        }
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

    /// <summary>The last lines of each resource, for whoever looks into the failure.</summary>
    private static async Task TellAsync(DistributedApplication system)
    {
        const int Lines = 60;
        var logs = system.Services.GetRequiredService<ResourceLoggerService>();
        foreach (var resource in system.Services.GetRequiredService<DistributedApplicationModel>().Resources)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"--- {resource.Name}");
            var lines = new List<string>();
            await foreach (var batch in logs.GetAllAsync(resource))
            {
                lines.AddRange(batch.Select(line => line.Content));
            }

            foreach (var line in lines.TakeLast(Lines))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(line);
            }
        }
    }
}
