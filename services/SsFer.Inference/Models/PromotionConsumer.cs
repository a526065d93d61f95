using MassTransit;
using SsFer.Contracts.Events;

namespace SsFer.Inference.Models;

/// <summary>
/// Another model is in production: wakes the watch, which looks for it, and is done, however long that model takes to load.
/// </summary>
internal sealed class PromotionConsumer(ProductionWatch watch) : IConsumer<ModelPromoted>, IConsumer<ModelRolledBack>
{
    public Task Consume(ConsumeContext<ModelPromoted> context) => Wake();

    public Task Consume(ConsumeContext<ModelRolledBack> context) => Wake();

    // The alias is the truth, not the message: those that come late or twice change nothing.
    private Task Wake()
    {
        watch.Wake();
        return Task.CompletedTask;
    }
}

/// <summary>Every instance has a queue of its own, which goes when it does.</summary>
internal sealed class PromotionConsumerDefinition : ConsumerDefinition<PromotionConsumer>
{
    public PromotionConsumerDefinition() =>
        Endpoint(endpoint =>
        {
            endpoint.InstanceId = NewId.NextGuid().ToString("N");
            endpoint.Temporary = true;
        });
}
