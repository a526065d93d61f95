using MassTransit;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>A message that came.</summary>
/// <param name="Id">The same at every receiver.</param>
/// <param name="Message">What it says.</param>
public readonly record struct Received<T>(Guid Id, T Message);

/// <summary>
/// What the services of a process hear. What they do with a message is done within milliseconds, such as waking a worker: a broker
/// ends a delivery that stays unacknowledged.
/// </summary>
public sealed class Subscriptions
{
    private readonly List<Subscription> _all = [];

    internal Subscriptions() { }

    /// <summary>Each message goes to one of the processes that receive from this queue; it waits while there is none.</summary>
    /// <param name="queue">Its name.</param>
    /// <param name="handle">Gets the process's services.</param>
    public void Share<T>(string queue, Action<IServiceProvider, Received<T>> handle)
        where T : class => Add(queue, isOwn: false, handle);

    /// <summary>Each message goes to every process, by a queue of its own that goes when it does.</summary>
    /// <param name="name">Begins the name of every such queue.</param>
    /// <param name="handle">Gets the process's services.</param>
    public void Each<T>(string name, Action<IServiceProvider, Received<T>> handle)
        where T : class => Add(name, isOwn: true, handle);

    internal void Connect(IReceiveConfigurator bus, IServiceProvider services)
    {
        foreach (var queue in _all.GroupBy(subscription => (subscription.Queue, subscription.IsOwn)))
        {
            bus.ReceiveEndpoint(new Endpoint(queue.Key.Queue, queue.Key.IsOwn), endpointNameFormatter: null, endpoint =>
            {
                foreach (var subscription in queue)
                {
                    subscription.Connect(endpoint, services);
                }
            });
        }
    }

    private void Add<T>(string queue, bool isOwn, Action<IServiceProvider, Received<T>> handle)
        where T : class => _all.Add(new Subscription(queue, isOwn, (endpoint, services) => endpoint.Handler<T>(context =>
                {
                    handle(services, new Received<T>(context.MessageId ?? NewId.NextGuid(), context.Message));
                    return Task.CompletedTask;
                })));

    private sealed record Subscription(string Queue, bool IsOwn, Action<IReceiveEndpointConfigurator, IServiceProvider> Connect);

    private sealed class Endpoint(string name, bool isOwn) : IEndpointDefinition
    {
        private readonly string _name = isOwn ? $"{name}-{NewId.NextGuid():N}" : name;

        public bool IsTemporary => isOwn;

        public int? PrefetchCount => null;

        public int? ConcurrentMessageLimit => null;

        public bool ConfigureConsumeTopology => true;

        public string GetEndpointName(IEndpointNameFormatter formatter) => _name;

        public void Configure<T>(T configurator, IRegistrationContext? context)
            where T : IReceiveEndpointConfigurator { }
    }
}
