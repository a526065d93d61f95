using MassTransit;
using Microsoft.Extensions.Options;

namespace SsFer.Console.Events;

/// <summary>
/// Tells others what was stored. While the bus is away a message is dropped: whoever needs it finds by looking what it would have been
/// told.
/// </summary>
internal sealed class EventPublisher(IBus bus, IOptions<ConsoleOptions> options, TimeProvider time, ILogger<EventPublisher> logger)
{
    public async Task PublishAsync<T>(T message, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = new CancellationTokenSource(options.Value.PublishTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await bus.Publish(message, either.Token);
        }
        // Whatever the transport throws: what the message tells of is done, and the caller is to be told so.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var why = fault is OperationCanceledException ? "the bus did not take the message in time" : fault.Message;
            logger.LogWarning("{Message} was not published: {Why}; others find it by looking", typeof(T).Name, why);
        }
    }
}
