using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SsFer.LocalServers;

namespace SsFer.AppHost.Servers;

/// <summary>RabbitMQ: a container with its management page, where an engine answers; else a program of this machine.</summary>
internal static class Broker
{
    public static IResourceBuilder<IResourceWithConnectionString> AddBroker(this IDistributedApplicationBuilder builder, string name) =>
        builder.ServersAreLocal()
            ? AddProgram(builder, name)
            : builder.AddRabbitMQ(name).WithManagementPlugin().WithDataVolume($"ssfer-{name}");

    private static IResourceBuilder<LocalServer> AddProgram(IDistributedApplicationBuilder builder, string name)
    {
        var (port, distributionPort) = (FreePort.Next(), FreePort.Next());
        var program = RabbitMqProgram.In(DataFolder.Of(builder, name), port, distributionPort, new Dictionary<string, string>());
        var check = $"{name}-amqp";
        builder.Services.AddHealthChecks().AddAsyncCheck(check, token => CheckAsync(port, token));
        return builder
            .AddLocalServer(name, program, RabbitMqProgram.UriOf(port).AbsoluteUri)
            .WithEnvironment("RABBITMQ_LOGS", "-") // to the dashboard
            .WithEndpoint(port, port, "amqp", "amqp", isProxied: false)
            .WithHealthCheck(check);
    }

    private static async Task<HealthCheckResult> CheckAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            return await RabbitMqProgram.AnswersAsync(port, cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("it does not speak AMQP yet");
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return HealthCheckResult.Unhealthy(fault.Message);
        }
    }
}
