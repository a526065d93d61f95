using MassTransit;
using Microsoft.Extensions.Hosting;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>
/// Logs in again where the broker refused to let the service in, which MassTransit takes for final: a user may be made, or given its
/// password, after the services were started.
/// </summary>
internal sealed class LoginRetry(IBusControl bus, BrokerWatch watch, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await watch.Refused.WaitAsync(Timeout.InfiniteTimeSpan, stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
                if (watch.IsAway) // each queue is refused by itself, and all may have been let in meanwhile
                {
                    await StartAgainAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The bus is stopped by who started it.
        }
    }

    private async Task StartAgainAsync(CancellationToken stop)
    {
        try
        {
            await bus.StopAsync(stop);
            await bus.StartAsync(stop);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // The watch has heard why, and wakes this again.
        }
    }
}
