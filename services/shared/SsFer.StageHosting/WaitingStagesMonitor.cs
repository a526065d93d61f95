using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.StageHosting;

/// <summary>
/// Counts the stages that wait for a worker like this one: what a scaler looks at. The worker itself cannot tell while it is busy.
/// </summary>
internal sealed class WaitingStagesMonitor(
    IEnumerable<IStage> stages,
    RunStore runs,
    StageTelemetry telemetry,
    IOptions<StageWorkerOptions> options,
    TimeProvider time,
    ILogger<WaitingStagesMonitor> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (telemetry.CollectsWaiting)
                {
                    await CountAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last count stands.
        }
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            var counts = stages.ToDictionary(stage => stage.Kind, _ => 0);
            await foreach (var run in runs.ListOpenAsync(cancellationToken))
            {
                if (await runs.TryLoadSoundAsync(run, cancellationToken) is not { } status)
                {
                    continue;
                }

                foreach (var stage in status.Startable().Where(stage => counts.ContainsKey(stage.Kind)))
                {
                    counts[stage.Kind]++;
                }
            }

            foreach (var (kind, count) in counts)
            {
                telemetry.Waiting(kind, count);
            }
        }
        catch (Exception fault) when (fault is ArtifactException or IOException)
        {
            logger.LogDebug(fault, "waiting stages could not be counted");
        }
    }
}
