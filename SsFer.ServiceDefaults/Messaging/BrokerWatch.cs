using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>Says once that the broker is away, and once that it is back, whatever the number of queues and tries.</summary>
internal sealed partial class BrokerWatch(ILogger<BrokerWatch> logger) : IReceiveEndpointObserver
{
    private readonly ConcurrentDictionary<Uri, bool> _away = new();
    private Told _told;

    /// <summary>Whether the broker does not let this service in: another user or password is wanted, not another try.</summary>
    public static bool IsRefusal(Exception? fault) =>
        fault?.GetBaseException() is AuthenticationFailureException or PossibleAuthenticationFailureException;

    public Task Ready(ReceiveEndpointReady ready)
    {
        Met(ready.InputAddress);
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        TurnedOut(faulted.InputAddress, faulted.Exception);
        return Task.CompletedTask;
    }

    /// <summary>The broker answers, or one of its queues does.</summary>
    public void Met(Uri address)
    {
        _away.TryRemove(address, out _);
        if (_away.IsEmpty && Interlocked.Exchange(ref _told, Told.Nothing) != Told.Nothing)
        {
            LogBack();
        }
    }

    /// <summary>The broker has not let the service in yet; it is tried again, whatever the reason.</summary>
    public void NotLetIn(Uri broker, Exception fault) =>
        Missed(
            broker,
            fault,
            $"start the service again, or let that user in at the broker, which is asked every {BusService.RefusedPause}"
        );

    /// <summary>What was connected, or about to be, is no more; where the login is refused, for good.</summary>
    public void TurnedOut(Uri address, Exception? fault) => Missed(address, fault, "start the service again");

    private void Missed(Uri address, Exception? fault, string cureOfRefusal)
    {
        _away[address] = true;
        var now = IsRefusal(fault) ? Told.Refused : Told.Away;
        if (Interlocked.Exchange(ref _told, now) == now)
        {
            return;
        }

        var broker = $"{address.Host}:{address.Port}";
        var why = fault?.GetBaseException().Message ?? "no answer";
        if (now == Told.Refused)
        {
            LogRefused(broker, MessagingOptions.Key, why, cureOfRefusal);
        }
        else
        {
            LogAway(broker, why);
        }
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    private enum Told
    {
        Nothing,
        Away,
        Refused,
    }

    [LoggerMessage(
        LogLevel.Warning,
        "the broker at {Broker} does not answer ({Why}): it is tried again until it does; meanwhile work is found by looking"
    )]
    private partial void LogAway(string broker, string why);

    [LoggerMessage(
        LogLevel.Error,
        "the broker at {Broker} refuses the login ({Why}): correct user and password in {Key} and {Cure}; meanwhile work is "
            + "found by looking"
    )]
    private partial void LogRefused(string broker, string key, string why, string cure);

    [LoggerMessage(LogLevel.Information, "the broker answers again")]
    private partial void LogBack();
}
