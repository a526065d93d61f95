using MassTransit;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>
/// Starts the bus once the broker lets the service in, and again where it was turned out. MassTransit tries again by itself while the
/// broker is away, but takes a refused login for final; a user may be made, or be given its password, after the services were started.
/// </summary>
internal sealed class BusService(IBusControl bus, Uri broker, BrokerWatch watch, TimeProvider time) : BackgroundService
{
    /// <summary>How often a broker is asked that refuses the login.</summary>
    public static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(2);

    /// <summary>Consumers only wake somebody or hand on a message.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private bool _started;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StopBusAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await UntilLetInAsync(stoppingToken);
                await TryStartAsync(stoppingToken);
                await watch.Refused.WaitAsync(Timeout.InfiniteTimeSpan, stoppingToken);
                await StopBusAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The bus is stopped where the service is.
        }
    }

    private async Task StopBusAsync()
    {
        if (_started)
        {
            _started = false;
            await bus.StopAsync(StopTimeout);
        }
    }

    private async Task UntilLetInAsync(CancellationToken stop)
    {
        while (await TryLoginAsync(stop) is { } refusal)
        {
            watch.Missed(broker, refusal);
            await Task.Delay(BrokerWatch.IsRefusal(refusal) ? RefusedPause : AwayPause, time, stop);
        }

        watch.Met(broker);
        await watch.Refused.WaitAsync(TimeSpan.Zero, stop); // what was refused before counts no more
    }

    /// <returns>Why it failed; null = it did not.</returns>
    private async Task<Exception?> TryLoginAsync(CancellationToken stop)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(stop);
            return null;
        }
        catch (BrokerUnreachableException fault)
        {
            return fault;
        }
    }

    private async Task TryStartAsync(CancellationToken stop)
    {
        try
        {
            _started = true;
            await bus.StartAsync(stop);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            watch.Refused.Wake(); // the watch has told why; it is begun anew
        }
    }
}
