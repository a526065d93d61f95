using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Console.Events;

/// <summary>
/// Tells others what was stored. While the bus is away a message is dropped: whoever needs it finds by looking what it would have been
/// told.
/// </summary>
internal sealed class EventPublisher(IMessageBus bus, IOptions<ConsoleOptions> options, TimeProvider time, ILogger<EventPublisher> logger)
{
    public async Task PublishAsync<T>(T message, CancellationToken cancellationToken)
        where T : class
    {
        var patience = options.Value.PublishTimeout;
        if (await bus.TryAsync((to, token) => to.PublishAsync(message, token), patience, time, cancellationToken) is { } why)
        {
            logger.LogWarning("{Message} was not published: {Why}; others find it by looking", typeof(T).Name, why);
        }
    }
}
