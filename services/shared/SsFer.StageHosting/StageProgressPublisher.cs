using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Runs;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.StageHosting;

/// <summary>
/// Publishes the newest progress of each running stage, at most once a second, and logs the rest of what stages say. A stage only
/// leaves its figures here and goes on; while the bus is away they are dropped, with one line in the log.
/// </summary>
internal sealed class StageProgressPublisher(
    IMessageBus bus,
    StageTelemetry telemetry,
    StageWatchdog watchdog,
    TimeProvider time,
    ILogger<StageProgressPublisher> logger
) : BackgroundService, IStageObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Run, string Stage), StageProgressed> _newest = new();
    private Task _given = Task.CompletedTask;
    private bool _away;

    public void Started(string run, string stage, long firstStep, long totalSteps, string facts)
    {
        watchdog.SeesLife();
        telemetry.Started(run, stage, firstStep);
        logger.StartsAt(run, stage, firstStep, totalSteps, facts);
    }

    public void Progressed(StageProgressed progress)
    {
        watchdog.SeesLife();
        if (telemetry.TryMeasure(progress))
        {
            _newest[(progress.Run, progress.Stage)] = progress;
        }
    }

    public void Working() => watchdog.SeesLife();

    public void Noted(string run, string stage, string note)
    {
        watchdog.SeesLife();
        logger.Notes(run, stage, note);
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

    /// <summary>
    /// The bus is never told to give up, which it would log as an error: what it does not take in time is left to it, and as long as it
    /// holds that, nothing more is given to it.
    /// </summary>
    private async Task PublishAsync(StageProgressed progress, CancellationToken stop)
    {
        var why = await bus.TryAsync(
            async (to, token) =>
            {
                await Task.WhenAny(_given).WaitAsync(token); // of the one before, whatever became of it
                _given = to.PublishAsync(progress, CancellationToken.None);
                await _given.WaitAsync(token);
            },
            Patience,
            time,
            stop
        );
        if (why is null && _away)
        {
            logger.LogInformation("progress is published again");
        }
        else if (why is not null && !_away)
        {
            logger.LogWarning("progress is not published, the bus does not take it: {Why}", why);
        }

        _away = why is not null;
    }
}
