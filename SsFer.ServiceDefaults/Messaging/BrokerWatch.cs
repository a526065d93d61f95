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
        if (Interlocked.Exchange(ref _told, 1) == 1)
        {
            return Task.CompletedTask;
        }

        var broker = $"{faulted.InputAddress.Host}:{faulted.InputAddress.Port}";
        var why = faulted.Exception?.GetBaseException();
        if (why is AuthenticationFailureException or PossibleAuthenticationFailureException)
        {
            LogRefused(broker, MessagingOptions.Key, why.Message);
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
        "the broker at {Broker} refuses the login ({Why}): correct user and password in {Key} and start the service again; "
            + "meanwhile work is found by looking"
    )]
    private partial void LogRefused(string broker, string key, string why);

    [LoggerMessage(LogLevel.Information, "the broker answers again")]
    private partial void LogBack();
}
