using System.Collections.Concurrent;
using MassTransit;
using SsFer.Contracts;
using SsFer.Contracts.Commands;
using SsFer.Contracts.Events;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>The test's own place on the system's bus: it hears every event that tells of an end, and can send what services send.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    private readonly ConcurrentQueue<object> _events = new();
    private readonly IBusControl _bus;

    private TestBus(Uri broker) =>
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint =>
            {
                Hear<DatasetPrepared>(endpoint);
                Hear<EncoderPretrained>(endpoint);
                Hear<ClassifierFineTuned>(endpoint);
                Hear<TeacherTrained>(endpoint);
                Hear<ModelEvaluated>(endpoint);
                Hear<StageFailed>(endpoint);
                Hear<ModelPromoted>(endpoint);
                Hear<ModelRejected>(endpoint);
            });
        });

    /// <summary>Every event so far, in the order of arrival.</summary>
    public IReadOnlyList<object> Events => [.. _events];

    public static async Task<TestBus> ConnectAsync(Uri broker, CancellationToken cancellationToken)
    {
        var bus = new TestBus(broker);
        await bus._bus.StartAsync(cancellationToken);
        return bus;
    }

    /// <summary>Wakes the workers of a stage, whether there is anything to do or not.</summary>
    public async Task WakeAsync(string run, string stage, StageKind kind, CancellationToken cancellationToken)
    {
        var queue = await _bus.GetSendEndpoint(new Uri($"queue:{ResourceNames.StageQueue(kind)}"));
        await queue.Send(
            new RunStage
            {
                Run = run,
                Stage = stage,
                Kind = kind,
            },
            cancellationToken
        );
    }

    /// <summary>The events of one type about a run.</summary>
    public IReadOnlyList<T> Of<T>(Predicate<T> about) => [.. _events.OfType<T>().Where(told => about(told))];

    /// <summary>Names of the stages of which it was told that they are complete, as often as it was told.</summary>
    public IReadOnlyList<string> Completions(string run) =>
        [
            .. Of<DatasetPrepared>(told => told.Run == run).Select(told => told.Stage),
            .. Of<EncoderPretrained>(told => told.Run == run).Select(told => told.Stage),
            .. Of<ClassifierFineTuned>(told => told.Run == run).Select(told => told.Stage),
            .. Of<TeacherTrained>(told => told.Run == run).Select(told => told.Stage),
            .. Of<ModelEvaluated>(told => told.Run == run).Select(told => told.Stage),
        ];

    /// <summary>Waits until it hears again, after the broker was away: what is published before goes to nobody.</summary>
    public Task UntilHealthyAsync(CancellationToken cancellationToken) =>
        Patience.UntilAsync(
            "the test's own bus",
            _ => Task.FromResult(_bus.CheckHealth().Status == BusHealthStatus.Healthy ? _bus : null),
            cancellationToken
        );

    /// <summary>The first such event, once it has come.</summary>
    public Task<T> UntilHeardAsync<T>(Predicate<T> about, CancellationToken cancellationToken)
        where T : class =>
        Patience.UntilAsync(typeof(T).Name, _ => Task.FromResult(Of(about) is [var told, ..] ? told : null), cancellationToken);

    public async ValueTask DisposeAsync() => await _bus.StopAsync(TimeSpan.FromMinutes(1));

    private void Hear<T>(IReceiveEndpointConfigurator endpoint)
        where T : class =>
        endpoint.Handler<T>(told =>
        {
            _events.Enqueue(told.Message);
            return Task.CompletedTask;
        });
}
