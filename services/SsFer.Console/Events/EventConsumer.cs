using System.Text.Json;
using MassTransit;
using SsFer.Artifacts.Storage;
using SsFer.Contracts.Events;

namespace SsFer.Console.Events;

/// <summary>Takes every event of the bus to the clients of this replica.</summary>
internal sealed class EventConsumer(EventHub hub, ProgressBoard board)
    : IConsumer<DatasetPrepared>,
        IConsumer<EncoderPretrained>,
        IConsumer<ClassifierFineTuned>,
        IConsumer<TeacherTrained>,
        IConsumer<ModelEvaluated>,
        IConsumer<StageFailed>,
        IConsumer<StageProgressed>,
        IConsumer<ModelPromoted>,
        IConsumer<ModelRejected>,
        IConsumer<ModelRolledBack>,
        IConsumer<LabelsAdded>
{
    public Task Consume(ConsumeContext<DatasetPrepared> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<EncoderPretrained> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<ClassifierFineTuned> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<TeacherTrained> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<ModelEvaluated> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<StageFailed> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<ModelRejected> context) => Stream(context, context.Message.Run);

    public Task Consume(ConsumeContext<ModelPromoted> context) => Stream(context, context.Message.Model); // a model has the name of its run

    public Task Consume(ConsumeContext<ModelRolledBack> context) => Stream(context, context.Message.Previous);

    public Task Consume(ConsumeContext<LabelsAdded> context) => Stream(context, run: null);

    public Task Consume(ConsumeContext<StageProgressed> context)
    {
        board.Put(context.Message);
        return Stream(context, context.Message.Run);
    }

    private Task Stream<T>(ConsumeContext<T> context, string? run)
        where T : class
    {
        var id = (context.MessageId ?? NewId.NextGuid()).ToString("N");
        hub.Publish(new StreamedEvent(id, typeof(T).Name, run, JsonSerializer.Serialize(context.Message, ArtifactJson.Line)));
        return Task.CompletedTask;
    }
}

/// <summary>Every replica has a queue of its own, which goes when it does.</summary>
internal sealed class EventConsumerDefinition : ConsumerDefinition<EventConsumer>
{
    public EventConsumerDefinition() =>
        Endpoint(endpoint =>
        {
            endpoint.Name = "ssfer-console-events";
            endpoint.InstanceId = NewId.NextGuid().ToString("N");
            endpoint.Temporary = true;
        });
}
