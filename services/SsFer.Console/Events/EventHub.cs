using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SsFer.Console.Events;

/// <summary>An event as a client sees it.</summary>
/// <param name="Id">Id of the message: the same at every replica.</param>
/// <param name="Name">Name of the event's type.</param>
/// <param name="Run">The run it is about; null for events of models and labels.</param>
/// <param name="Data">The message as JSON, one line.</param>
internal sealed record StreamedEvent(string Id, string Name, string? Run, string Data);

/// <summary>
/// Hands the events of the bus to the clients that are connected to this replica. Nothing is kept for those who come later: the
/// records are the truth.
/// </summary>
internal sealed class EventHub
{
    private readonly ConcurrentDictionary<EventSubscription, string?> _clients = new();

    /// <param name="run">Only events of this run; null for all.</param>
    /// <param name="capacity">Events that may wait; with one more the client is cut off.</param>
    public EventSubscription Subscribe(string? run, int capacity)
    {
        var client = new EventSubscription(capacity, leaving => _clients.TryRemove(leaving, out _));
        _clients[client] = run;
        return client;
    }

    public void Publish(StreamedEvent streamed)
    {
        foreach (var (client, run) in _clients)
        {
            if (run is null || run == streamed.Run)
            {
                client.Offer(streamed);
            }
        }
    }
}

/// <summary>The events of one client. Whoever publishes never waits for it.</summary>
internal sealed class EventSubscription(int capacity, Action<EventSubscription> leave) : IDisposable
{
    private readonly Channel<StreamedEvent> _waiting = Channel.CreateBounded<StreamedEvent>(capacity);
    private readonly CancellationTokenSource _cut = new();

    public ChannelReader<StreamedEvent> Events => _waiting.Reader;

    /// <summary>Cancelled when the client fell too far behind.</summary>
    public CancellationToken Cut => _cut.Token;

    public void Offer(StreamedEvent streamed)
    {
        if (_waiting.Writer.TryWrite(streamed))
        {
            return;
        }

        leave(this);
        _ = _cut.CancelAsync();
    }

    /// <summary>The token's source lives on: an event may be on its way to this client at this moment.</summary>
    public void Dispose() => leave(this);
}
