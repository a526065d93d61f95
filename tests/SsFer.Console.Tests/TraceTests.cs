using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using SsFer.StageHosting;

namespace SsFer.Console.Tests;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWideListeners
{
    public const string Name = "process-wide listeners";
}

/// <summary>
/// Whoever listens to spans listens in the whole process, and a launch that is listened to is stored: no other test may run beside
/// these.
/// </summary>
[Collection(ProcessWideListeners.Name)]
public sealed class TraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _launches = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is RunTrace.SourceName or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == RunTrace.SourceName)
                {
                    _launches.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostRun_FromWithinATrace_PutsTheRunIntoIt()
    {
        const string Caller = "0af7651916cd43dd8448eb211c80319c";
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs")
        {
            Content = JsonContent.Create(
                new
                {
                    id = "asked",
                    labelled = "faces",
                    recipe = "smoke",
                }
            ),
        };
        request.Headers.Add("traceparent", $"00-{Caller}-b7ad6b7169203331-01");

        await Answer.ReadAsync(await host.Client.SendAsync(request, Token), 201);

        var launch = Assert.Single(_launches);
        Assert.Equal((Caller, "asked"), (launch.TraceId.ToString(), launch.GetTagItem("ssfer.run")));
        Assert.NotEqual("b7ad6b7169203331", launch.ParentSpanId.ToString()); // but that of the Console's answer to the request
        await AssertKeptAsync(host, "asked", launch);
    }

    [Fact]
    public async Task Retraining_Launched_BeginsTheTraceOfItsRun()
    {
        await using var host = await ConsoleHost.StartAsync(("Retraining:MinimumNewLabels", "1"));
        await host.ImportAsync();
        await host.PrepareAsync();
        await Answer.ReadAsync(
            await host.Client.PutAsJsonAsync(
                "/api/datasets/faces/retraining",
                new { validation = "faces:validation", recipe = "smoke" },
                Token
            ),
            200
        );

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);

        await ConsoleHost.UntilAsync(() => Task.FromResult(!_launches.IsEmpty));
        var launch = Assert.Single(_launches);
        Assert.Equal(default, launch.ParentSpanId);
        await AssertKeptAsync(host, Assert.Single(await host.RunIdsAsync()), launch);
    }

    public void Dispose() => _listener.Dispose();

    private static async Task AssertKeptAsync(ConsoleHost host, string run, Activity launch)
    {
        var context = await RunTrace.ContextOfAsync(host.Store, run, Token);
        Assert.Equal((launch.TraceId, launch.SpanId), (context.TraceId, context.SpanId));
    }
}
