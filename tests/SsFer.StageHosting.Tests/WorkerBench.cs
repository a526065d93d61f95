using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.StageHosting.Tests;

/// <summary>
/// A process with a worker for two kinds of stages, a real bus inside the process and a real folder; what the stages do is the test's.
/// </summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    public const string Run = "bench";
    public const string First = "pretrain";
    public const string Second = "finetune";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-worker-");
    private readonly IHost _host;

    /// <param name="settings">Over the defaults: an in-process bus, and an idle worker that looks for itself only once an hour.</param>
    public WorkerBench(params (string Key, string Value)[] settings)
        : this(TimeProvider.System, settings) { }

    /// <param name="time">The process's clock.</param>
    /// <param name="settings">Over the defaults.</param>
    public WorkerBench(TimeProvider time, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = Environments.Development }
        );
        builder.Configuration.AddInMemoryCollection([
            new("ConnectionStrings:blobs", $"folder:{_folder.FullName}"),
            new("StageWorker:LookInterval", "01:00:00"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton(time);
        builder.Logging.AddFakeLogging(log => log.TimeProvider = time);
        builder.ShareProcess();
        builder.AddServiceDefaults();
        builder.Services.AddSingleton(Script);
        builder.Services.AddSingleton(Events);
        builder.AddStageWorker<FirstStage>(StageKind.Pretraining, claim => [
                new EncoderPretrained
                {
                    Run = claim.Spec.Id,
                    Stage = claim.Stage.Name,
                    Encoder = claim.ProductFile("weights.safetensors"),
                },
            ]);
        builder.AddStageWorker<SecondStage>(StageKind.FineTuning, claim => [
                new ClassifierFineTuned
                {
                    Run = claim.Spec.Id,
                    Stage = claim.Stage.Name,
                    Classifier = claim.ProductFile("weights.safetensors"),
                },
            ]);
        builder.AddMessaging(Events.Subscribe);
        _host = builder.Build();
        Store = new FolderArtifactStore(_folder.FullName);
        Runs = new RunStore(Store);
    }

    public IArtifactStore Store { get; }

    public RunStore Runs { get; }

    public StageScript Script { get; } = new();

    public HeardEvents Events { get; } = new();

    public StageAnnouncer Announcer => _host.Services.GetRequiredService<StageAnnouncer>();

    /// <summary>What the process logged, and when by its clock.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Line)> Log =>
        [.. _host.Services.GetFakeLogCollector().GetSnapshot().Select(record => (record.Timestamp, record.Message))];

    public StageTelemetry Telemetry => _host.Services.GetRequiredService<StageTelemetry>();

    public IStageObserver Observer => _host.Services.GetRequiredService<IStageObserver>();

    /// <summary>Fires when the process stops, whoever told it to.</summary>
    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task StartAsync() => _host.StartAsync(Token);

    /// <summary>Until the queues stand: what is published before reaches nobody.</summary>
    public Task UntilConnectedAsync() => UntilConnectedAsync(_host.Services);

    public static async Task UntilConnectedAsync(IServiceProvider process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while ((await process.GetRequiredService<HealthCheckService>().CheckHealthAsync(patience.Token)).Status != HealthStatus.Healthy)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>What the process measures of a metric from now on.</summary>
    public MetricCollector<T> Collect<T>(string metric)
        where T : struct => new(_host.Services.GetRequiredService<IMeterFactory>(), StageTelemetry.Name, metric);

    public Task StopAsync() => _host.StopAsync(Token);

    public Task CreateRunAsync(string run = Run) =>
        Runs.CreateAsync(
            new RunSpec
            {
                Id = run,
                RecipeName = "none",
                Recipe = Empty(),
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
                        Name = First,
                        Kind = StageKind.Pretraining,
                        Inputs = [],
                        Parameters = Empty(),
                    },
                    new PlannedStage
                    {
                        Name = Second,
                        Kind = StageKind.FineTuning,
                        Inputs = [First],
                        Parameters = Empty(),
                    },
                ],
            },
            Token
        );

    public async Task<StageRecord> RecordAsync(string stage = First) => (await Runs.LoadAsync(Run, Token)).Stages[stage];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _folder.Delete(recursive: true);
    }

    private static JsonElement Empty() => JsonSerializer.SerializeToElement(new { });
}

/// <summary>What the stages do: complete at once, unless told otherwise.</summary>
internal sealed class StageScript
{
    public ConcurrentQueue<string> Done { get; } = new();

    public Func<StageClaim, CancellationToken, Task> Work { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        await Work(claim, cancellationToken);
        Done.Enqueue($"{claim.Spec.Id}/{claim.Stage.Name}");
        return new StageArtifact { Path = claim.Paths.Checkpoint(1) };
    }
}

internal sealed class FirstStage(StageScript script) : IStage
{
    public StageKind Kind => StageKind.Pretraining;

    public Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken) => script.RunAsync(claim, cancellationToken);
}

internal sealed class SecondStage(StageScript script) : IStage
{
    public StageKind Kind => StageKind.FineTuning;

    public Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken) => script.RunAsync(claim, cancellationToken);
}

/// <summary>
/// Every event that came over the bus. Those of different types may come in any order, and none that is passed over is lost.
/// </summary>
internal sealed class HeardEvents
{
    private readonly ConcurrentDictionary<Type, Channel<object>> _byType = new();

    public void Subscribe(Subscriptions heard)
    {
        Subscribe<EncoderPretrained>(heard);
        Subscribe<ClassifierFineTuned>(heard);
        Subscribe<StageFailed>(heard);
        Subscribe<StageProgressed>(heard);
    }

    /// <summary>The next event of this type; fails after a minute.</summary>
    public async Task<T> NextAsync<T>(CancellationToken cancellationToken) =>
        (T)await Of(typeof(T)).Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);

    private void Subscribe<T>(Subscriptions heard)
        where T : class => heard.Each<T>("bench", (_, received) => Of(typeof(T)).Writer.TryWrite(received.Message));

    private Channel<object> Of(Type type) => _byType.GetOrAdd(type, _ => Channel.CreateUnbounded<object>());
}
