using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Contracts;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>The bus: RabbitMQ from <c>ConnectionStrings:messaging</c>, or inside the process where all services share it.</summary>
public static class MessagingExtensions
{
    private static readonly object SharedProcess = new();

    /// <summary>
    /// Says that all services of the system run in this process: without a broker the bus may then be in memory. Call it before the
    /// services are added.
    /// </summary>
    public static TBuilder ShareProcess<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Properties[SharedProcess] = true;
        return builder;
    }

    /// <summary>Connects to the bus; may be called by each of several services in a process, which then share the connection.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="subscribe">Says what it hears; until the services are built.</param>
    public static TBuilder AddMessaging<TBuilder>(this TBuilder builder, Action<Subscriptions>? subscribe = null)
        where TBuilder : IHostApplicationBuilder
    {
        // MassTransit can be added once to a container.
        if (builder.Properties.TryGetValue(typeof(Subscriptions), out var present))
        {
            subscribe?.Invoke((Subscriptions)present);
            return builder;
        }

        var subscriptions = new Subscriptions();
        builder.Properties[typeof(Subscriptions)] = subscriptions;
        subscribe?.Invoke(subscriptions);
        var connection = builder.Configuration.GetConnectionString(ResourceNames.Messaging);
        var shared = builder.Properties.ContainsKey(SharedProcess);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MessagingOptions>, MessagingOptionsValidation>());
        builder
            .Services.AddOptions<MessagingOptions>()
            .Configure(options => (options.Connection, options.AllServicesShareTheProcess) = (connection, shared))
            .ValidateOnStart();
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            // A bus in memory is never away; what is said before its queues stand reaches nobody. With a broker see BusService: work is
            // found by looking, so a service starts and works while that is away.
            host.WaitUntilStarted = true;
        });
        builder.Services.AddSingleton<BrokerWatch>();
        builder.Services.AddReceiveEndpointObserver(services => services.GetRequiredService<BrokerWatch>());
        builder.Services.AddMassTransit(bus =>
        {
            // MassTransit would report host and endpoints to its makers; nothing of a user's system is sent anywhere unasked
            bus.DisableUsageTelemetry();
            // The bus is made before the configuration is refused, so a connection that is no address gets one in memory; it is never
            // started.
            if (MessagingOptions.BrokerOf(connection) is { } broker)
            {
                bus.UsingRabbitMq(
                    (context, rabbit) =>
                    {
                        rabbit.Host(broker);
                        subscriptions.Connect(rabbit, context);
                    }
                );
            }
            else
            {
                bus.UsingInMemory((context, memory) => subscriptions.Connect(memory, context));
            }
        });
        builder.Services.AddSingleton<IMessageBus, MassTransitBus>();
        if (MessagingOptions.BrokerOf(connection) is { } address)
        {
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.RemoveMassTransitHostedService();
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<BusService>(services, address));
        }

        return builder;
    }
}
