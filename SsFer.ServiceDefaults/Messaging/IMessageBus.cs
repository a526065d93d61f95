namespace SsFer.ServiceDefaults.Messaging;

/// <summary>Takes messages to others. Records are the truth: a message wakes somebody, and may be lost.</summary>
public interface IMessageBus
{
    /// <summary>To everyone who subscribed to messages of its type.</summary>
    Task PublishAsync(object message, CancellationToken cancellationToken);

    /// <summary>To one of those who receive from a queue.</summary>
    Task SendAsync(string queue, object message, CancellationToken cancellationToken);
}

public static class MessageBusExtensions
{
    /// <summary>
    /// Says something within a time, or lets it be: nothing that happens to a message may harm who says it, whatever the transport
    /// throws.
    /// </summary>
    /// <param name="bus">Takes it.</param>
    /// <param name="say">One message or several.</param>
    /// <param name="patience">How long all of it may take.</param>
    /// <param name="time">Measures that.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null, or why it was not said.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<string?> TryAsync(
        this IMessageBus bus,
        Func<IMessageBus, CancellationToken, Task> say,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(say);
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await say(bus, either.Token);
            return null;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return fault is OperationCanceledException ? "the bus did not take the message in time" : fault.Message;
        }
    }
}
