using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.ServiceDefaults;

namespace SsFer.StageHosting;

/// <summary>
/// Works on one stage at a time, of the kinds this process can do: looks for one at start, on every wake-up and every
/// <see cref="StageWorkerOptions.LookInterval"/>, and does it. After failures that might be its own it leaves stages to others for a while.
/// </summary>
internal sealed class StageWorker(
    IEnumerable<IStage> stages,
    StageLedger ledger,
    StageAttempt attempt,
    WakeUps wakeUps,
    IOptions<StageWorkerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<StageWorker> logger
) : BackgroundService
{
    private readonly IStage[] _stages = [.. stages];

    /// <summary>Attempts in a row that failed here and may succeed elsewhere; permanent faults are the data's and not among them.</summary>
    private int _failures;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host stops its services one after the other; a stage needs the time to write its checkpoint and does not wait for its turn.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            while (true)
            {
                if (!await TryWorkAsync(stop.Token))
                {
                    await wakeUps.WaitAsync(options.Value.LookInterval, stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            logger.LogInformation("worker stopped");
        }
    }

    /// <returns>Whether there was anything to do: if so, there may be more.</returns>
    private async Task<bool> TryWorkAsync(CancellationToken stop)
    {
        try
        {
            foreach (var stage in _stages)
            {
                if (await ledger.TryClaimNextAsync(stage.Kind, stop) is { } claim)
                {
                    var outcome = await attempt.RunAsync(claim, stop);
                    if (outcome == StageOutcome.Completed)
                    {
                        _failures = 0;
                    }
                    else if (outcome == StageOutcome.Failed && claim.Record.State == StageState.Pending)
                    {
                        await PauseAsync(++_failures, stop);
                    }

                    return true;
                }
            }
        }
        // A store that is away, a record that cannot be read: the worker outlives it and looks again.
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            logger.LooksAgain(fault, options.Value.LookInterval);
        }

        return false;
    }

    private async Task PauseAsync(int failures, CancellationToken stop)
    {
        var pause = options.Value.PauseAfter(failures);
        if (pause == TimeSpan.Zero)
        {
            return;
        }

        logger.Pauses(failures, pause);
        await Task.Delay(pause, time, stop);
    }
}
