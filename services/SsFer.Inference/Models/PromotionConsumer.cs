using MassTransit;
using SsFer.Contracts.Events;

namespace SsFer.Inference.Models;

/// <summary>Another model is in production: look which.</summary>
public sealed class PromotionConsumer(ProductionModel production) : IConsumer<ModelPromoted>, IConsumer<ModelRolledBack>
{
    public Task Consume(ConsumeContext<ModelPromoted> context) => RefreshAsync(context);

    public Task Consume(ConsumeContext<ModelRolledBack> context) => RefreshAsync(context);

    // The alias is the truth, not the message: those that come late or twice change nothing.
    private Task RefreshAsync(ConsumeContext context) => production.RefreshAsync(context.CancellationToken);
}

/// <summary>Every instance has a queue of its own, which goes when it does.</summary>
public sealed class PromotionConsumerDefinition : ConsumerDefinition<PromotionConsumer>
{
    public PromotionConsumerDefinition() => Endpoint(endpoint =>
    {
        endpoint.InstanceId = NewId.NextGuid().ToString("N");
        endpoint.Temporary = true;
    });
}
