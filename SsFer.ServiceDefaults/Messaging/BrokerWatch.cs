using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>Says once that the broker is away, and once that it is back, whatever the number of queues and tries.</summary>
internal sealed partial class BrokerWatch(ILogger<BrokerWatch> logger) : IReceiveEndpointObserver
{
    private readonly ConcurrentDictionary<Uri, bool> _away = new();
    private int _told;

    /// <summary>Woken at every login that is refused.</summary>
    public WakeSignal Refused { get; } = new(TimeProvider.System);

    /// <summary>Whether anything that is heard from the broker cannot be heard now.</summary>
    public bool IsAway => !_away.IsEmpty;

    public Task Ready(ReceiveEndpointReady ready)
    {
        _away.TryRemove(ready.InputAddress, out _);
        if (_away.IsEmpty && Interlocked.Exchange(ref _told, 0) == 1)
        {
            LogBack();
        }

        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        _away[faulted.InputAddress] = true;
        var why = faulted.Exception?.GetBaseException();
        var isRefused = why is AuthenticationFailureException or PossibleAuthenticationFailureException;
        if (isRefused)
        {
            Refused.Wake();
        }

        if (Interlocked.Exchange(ref _told, 1) == 1)
        {
            return Task.CompletedTask;
        }

        var broker = $"{faulted.InputAddress.Host}:{faulted.InputAddress.Port}";
        if (isRefused)
        {
            LogRefused(broker, MessagingOptions.Key, why!.Message, LoginRetry.Interval);
        }
        else
        {
            LogAway(broker, why?.Message ?? "no answer");
        }

        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    [LoggerMessage(
        LogLevel.Warning,
        "the broker at {Broker} does not answer ({Why}): it is tried again until it does; meanwhile work is found by looking"
    )]
    private partial void LogAway(string broker, string why);

    [LoggerMessage(
        LogLevel.Error,
        "the broker at {Broker} refuses the login ({Why}): correct user and password in {Key} and start the service again, or let that "
            + "user in at the broker, which is asked every {Interval}; meanwhile work is found by looking"
    )]
    private partial void LogRefused(string broker, string key, string why, TimeSpan interval);

    [LoggerMessage(LogLevel.Information, "the broker answers again")]
    private partial void LogBack();
}
