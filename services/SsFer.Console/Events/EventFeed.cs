using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Console.Events;

/// <summary>Takes every event of the bus to the clients of this replica.</summary>
internal sealed class EventFeed(EventHub hub, ProgressBoard board)
{
    private const string Queue = "ssfer-console-events";

    public static void Subscribe(Subscriptions heard)
    {
        Stream<DatasetPrepared>(heard, message => message.Run);
        Stream<EncoderPretrained>(heard, message => message.Run);
        Stream<ClassifierFineTuned>(heard, message => message.Run);
        Stream<TeacherTrained>(heard, message => message.Run);
        Stream<ModelEvaluated>(heard, message => message.Run);
        Stream<StageFailed>(heard, message => message.Run);
        Stream<StageProgressed>(heard, message => message.Run);
        Stream<ModelRejected>(heard, message => message.Run);
        Stream<ModelPromoted>(heard, message => message.Model); // a model has the name of its run
        Stream<ModelRolledBack>(heard, message => message.Previous);
        Stream<CandidateStarted>(heard, message => message.Model);
        Stream<CandidateEnded>(heard, message => message.Model);
        Stream<LabelsAdded>(heard, _ => null);
    }

    private static void Stream<T>(Subscriptions heard, Func<T, string?> runOf)
        where T : class =>
        heard.Each<T>(Queue, (services, received) => services.GetRequiredService<EventFeed>().Stream(received, runOf(received.Message)));

    private void Stream<T>(Received<T> received, string? run)
    {
        if (received.Message is StageProgressed progress)
        {
            board.Put(progress);
        }

        var data = JsonSerializer.Serialize(received.Message, ArtifactJson.Line);
        hub.Publish(new StreamedEvent(received.Id.ToString("N"), typeof(T).Name, run, data));
    }
}
