using MassTransit;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>
/// Starts the bus once the broker lets the service in. MassTransit tries again by itself while the broker is away, but takes a refused
/// login for final; a user may be made, or be given its password, after the services were started. Once the bus stands a refusal is
/// final: the watch asks for another start.
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
        if (_started)
        {
            await bus.StopAsync(StopTimeout);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await UntilLetInAsync(stoppingToken);
            _started = true;
            await bus.StartAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The bus is stopped where the service is.
        }
        catch (Exception fault)
        {
            watch.TurnedOut(broker, fault); // work is found by looking
        }
    }

    private async Task UntilLetInAsync(CancellationToken stop)
    {
        while (await TryLoginAsync(stop) is { } fault)
        {
            watch.NotLetIn(broker, fault);
            await Task.Delay(BrokerWatch.IsRefusal(fault) ? RefusedPause : AwayPause, time, stop);
        }

        watch.Met(broker);
    }

    /// <returns>Why it failed; null = it did not.</returns>
    private async Task<Exception?> TryLoginAsync(CancellationToken stop)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(stop);
            return null;
        }
        // Away, a refused login, a virtual host that is not there
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            return fault;
        }
    }
}
