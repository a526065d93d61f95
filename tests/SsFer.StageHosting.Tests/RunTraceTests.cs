using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults;
using SsFer.Testing.Telemetry;

namespace SsFer.StageHosting.Tests;

public sealed class RunTraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_LaunchedAndDoneByThreeProcesses_IsOneTraceUnderTheLaunch()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        var folder = Directory.CreateTempSubdirectory("ssfer-trace-");
        try
        {
            var store = new FolderArtifactStore(folder.FullName);
            var runs = new RunStore(store);
            await LaunchAsync(runs, store, receiver);
            using var detection = Worker("SsFer.FaceDetection", folder, receiver);
            using var pretraining = Worker("SsFer.Pretraining", folder, receiver);
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(Token))
            {
                limit.CancelAfter(Patience);
                while ((await runs.LoadAsync("launched", limit.Token)).Stages.Values.Any(record => record.Error is null))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
                }
            }

            detection.Terminate();
            pretraining.Terminate();
            Assert.Equal((0, 0), (await detection.ExitAsync(Patience, Token), await pretraining.ExitAsync(Patience, Token)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var launch = Assert.Single(receiver.Spans, span => span.Name == "launch run");
        Assert.Equal(("launcher", ""), (launch.Service, launch.ParentId));
        Assert.Equal(
            [("SsFer.FaceDetection", "stage FaceDetection"), ("SsFer.Pretraining", "stage Pretraining")],
            receiver
                .Spans.Where(span => (span.TraceId, span.ParentId) == (launch.TraceId, launch.SpanId))
                .Select(span => (span.Service, span.Name))
                .Distinct()
                .Order()
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("damaged")]
    public async Task Run_WhoseLaunchIsNotKnown_IsDoneInATraceOfItsOwn(string? kept)
    {
        using var stages = new Listener(StageTelemetry.Name);
        var run = $"unlaunched-{kept ?? "run"}";
        await using (var bench = new WorkerBench())
        {
            if (kept is not null)
            {
                await bench.Store.TryPutIfAbsentAsync(RunTrace.PathOf(run), System.Text.Encoding.UTF8.GetBytes(kept), Token);
            }

            await bench.CreateRunAsync(run);
            await bench.StartAsync();
            await bench.Events.NextAsync<ClassifierFineTuned>(Token);
        }

        var ofRun = stages.Ended.Where(span => run.Equals(span.GetTagItem("ssfer.run"))).ToList();
        var spans = ofRun.Where(span => span.OperationName.StartsWith("stage ", StringComparison.Ordinal)).ToList();
        Assert.Equal([WorkerBench.First, WorkerBench.Second], spans.Select(span => span.GetTagItem("ssfer.stage")));
        Assert.Equal(
            spans.Select(span => ("artifact", span.SpanId)),
            ofRun.Except(spans).Select(span => (span.OperationName, span.ParentSpanId))
        );
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.All(spans, span => Assert.Equal(default, span.ParentSpanId));
    }

    [Fact]
    public async Task Launch_Repeated_LeavesTheRunWithTheFirst()
    {
        using var _ = new Listener(RunTrace.SourceName);
        await using var bench = new WorkerBench();
        using var first = RunTrace.Launch("repeated");
        await RunTrace.KeepAsync(bench.Store, "repeated", first, Token);
        using var second = RunTrace.Launch("repeated");
        await RunTrace.KeepAsync(bench.Store, "repeated", second, Token);

        var context = await RunTrace.ContextOfAsync(bench.Store, "repeated", Token);

        Assert.Equal((first!.TraceId, first.SpanId), (context.TraceId, context.SpanId));
        Assert.NotEqual(second!.SpanId, first.SpanId);
    }

    /// <summary>
    /// Makes a run of two stages that need nothing from each other, as a service of its own does; neither can succeed, which their
    /// spans do not mind.
    /// </summary>
    private static async Task LaunchAsync(RunStore runs, FolderArtifactStore store, OtlpReceiver receiver)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "launcher" }
        );
        builder.Configuration.AddInMemoryCollection(
            receiver.Settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))
        );
        builder.AddServiceDefaults();
        using var host = builder.Build();
        await host.StartAsync(Token);

        using (var launch = RunTrace.Launch("launched"))
        {
            await RunTrace.KeepAsync(store, "launched", launch, Token);
            var nothing = JsonSerializer.SerializeToElement(new { });
            await runs.CreateAsync(
                new RunSpec
                {
                    Id = "launched",
                    RecipeName = "none",
                    Recipe = nothing,
                    Unlabelled = [],
                    Seed = 1,
                    Created = DateTimeOffset.UnixEpoch,
                },
                new RunPlan
                {
                    Stages =
                    [
                        new PlannedStage
                        {
                            Name = "prepare",
                            Kind = StageKind.FaceDetection,
                            Inputs = [],
                            Parameters = nothing,
                        },
                        new PlannedStage
                        {
                            Name = "pretrain",
                            Kind = StageKind.Pretraining,
                            Inputs = [],
                            Parameters = nothing,
                        },
                    ],
                },
                Token
            );
        }

        await host.StopAsync(Token);
    }

    private static ServiceProcess Worker(string service, DirectoryInfo folder, OtlpReceiver receiver) =>
        new(
            service,
            [
                ("ConnectionStrings:blobs", $"folder:{folder.FullName}"),
                ("ConnectionStrings:messaging", "amqp://guest:guest@127.0.0.1:1"),
                ("StageWorker:AnnouncementTimeout", "00:00:00.100"),
                .. receiver.Settings,
            ]
        );

    /// <summary>Makes a source's spans happen, and keeps them.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly ActivityListener _listener;

        public Listener(string source)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = each => each.Name == source,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = Ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ConcurrentQueue<Activity> Ended { get; } = new();

        public void Dispose() => _listener.Dispose();
    }
}
