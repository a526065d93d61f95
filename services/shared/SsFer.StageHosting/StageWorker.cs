using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults;

namespace SsFer.StageHosting;

/// <summary>
/// Works on one stage at a time: looks for one at start, on every wake-up and every <see cref="StageWorkerOptions.LookInterval"/>, and
/// does it.
/// </summary>
internal sealed class StageWorker(
    StageClaimer next,
    StageWatchdog watchdog,
    WakeSignal wakeSignal,
    IOptions<StageWorkerOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<StageWorker> logger
) : BackgroundService
{
    private const int StuckExitCode = 1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host stops its services one after the other; a stage needs the time to write its checkpoint and does not wait for its turn.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            while (!watchdog.HasStuckStage)
            {
                if (!await TryWorkAsync(stop.Token))
                {
                    await wakeSignal.WaitAsync(options.Value.LookInterval, stop.Token);
                }
            }

            // Nothing ends the threads of such a stage but the end of their process; whoever started it starts it anew.
            logger.Stuck();
            Environment.ExitCode = StuckExitCode;
            lifetime.StopApplication();
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
            return await next.TryDoAsync(stop);
        }
        // A store that is away, a record that cannot be read: the worker outlives it and looks again.
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            logger.LookFailed(fault, options.Value.LookInterval);
            return false;
        }
    }
}
