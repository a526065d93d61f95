using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.StageHosting;

/// <summary>
/// Publishes the newest progress of each running stage, at most once a second. A stage only leaves its figures here and goes on;
/// while the bus is away they are dropped, with one line in the log.
/// </summary>
internal sealed class StageProgressPublisher(IBus bus, StageTelemetry telemetry, TimeProvider time, ILogger<StageProgressPublisher> logger)
    : BackgroundService,
        IStageProgressSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Run, string Stage), StageKind> _followed = new();
    private readonly ConcurrentDictionary<(string Run, string Stage), StageProgressed> _newest = new();
    private bool _away;

    /// <summary>Takes the stage's reports until disposed; what was reported last is still published.</summary>
    public IDisposable Follow(StageClaim claim)
    {
        var key = (claim.Spec.Id, claim.Stage.Name);
        _followed[key] = claim.Stage.Kind;
        telemetry.Follow(key.Id, key.Name, claim.Stage.Kind);
        return new Following(this, key);
    }

    public void Report(StageProgress progress)
    {
        var key = (progress.Run, progress.Stage);
        if (!_followed.TryGetValue(key, out var kind))
        {
            return;
        }

        telemetry.Progressed(progress, kind);
        _newest[key] = new StageProgressed
        {
            Run = progress.Run,
            Stage = progress.Stage,
            Kind = kind,
            Step = progress.Step,
            TotalSteps = progress.TotalSteps,
            ImagesPerSecond = progress.ImagesPerSecond,
            Metrics = progress.Metrics,
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var key in _newest.Keys)
                {
                    if (_newest.TryRemove(key, out var progress))
                    {
                        await PublishAsync(progress, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not told is in the stage's metrics.
        }
    }

    private async Task PublishAsync(StageProgressed progress, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await bus.Publish(progress, either.Token);
            if (_away)
            {
                logger.LogInformation("progress is published again");
            }

            _away = false;
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            if (!_away)
            {
                logger.LogWarning(
                    "progress is not published, the bus does not take it: {Why}",
                    fault is OperationCanceledException ? "no answer" : fault.Message
                );
            }

            _away = true;
        }
    }

    private void Leave((string Run, string Stage) key)
    {
        if (_followed.TryRemove(key, out var kind))
        {
            telemetry.Leave(key.Run, key.Stage, kind);
        }
    }

    private sealed class Following(StageProgressPublisher publisher, (string Run, string Stage) key) : IDisposable
    {
        public void Dispose() => publisher.Leave(key);
    }
}
