using MassTransit;

namespace SsFer.ServiceDefaults.Messaging;

internal sealed class MassTransitBus(IBus bus) : IMessageBus
{
    public Task PublishAsync(object message, CancellationToken cancellationToken) => bus.Publish(message, cancellationToken);

    public async Task SendAsync(string queue, object message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(message, cancellationToken);
    }
}
