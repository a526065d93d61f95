using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SsFer.LocalServers;

namespace SsFer.AppHost.Servers;

/// <summary>A server that is a program of this machine; services are given its connection string, and wait until it is healthy.</summary>
internal sealed class LocalServer(string name, LocalProgram program, string connection)
    : ExecutableResource(name, program.Command, program.Folder),
        IResourceWithConnectionString
{
    public ReferenceExpression ConnectionStringExpression { get; } = ReferenceExpression.Create($"{connection}");
}

internal static class LocalServerExtensions
{
    /// <summary>
    /// Why broker and blob service cannot be had here, and the cure; null where they can. Where they are programs of this machine,
    /// their folder is this app host's from now on.
    /// </summary>
    public static string? FaultOfServers(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ServersAreLocal())
        {
            return null;
        }

        if (!RabbitMqProgram.IsInstalled)
        {
            return Missing("broker", RabbitMqProgram.Cure);
        }

        if (!AzuriteProgram.IsInstalled)
        {
            return Missing("blob service", AzuriteProgram.Cure);
        }

        try
        {
            var held = DataFolder.Hold(builder);
            builder.Services.AddSingleton<IHostedService>(_ => new Holder(held)); // the host disposes what it makes itself
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    public static bool ServersAreLocal(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsRunMode && !ContainerEngine.IsUsed(builder.Configuration);

    /// <param name="builder">The system.</param>
    /// <param name="name">Of the resource.</param>
    /// <param name="program">What is started.</param>
    /// <param name="connection">What services are told.</param>
    public static IResourceBuilder<LocalServer> AddLocalServer(
        this IDistributedApplicationBuilder builder,
        string name,
        LocalProgram program,
        string connection
    ) =>
        builder
            .AddResource(new LocalServer(name, program, connection))
            .WithArgs([.. program.Arguments])
            .WithEnvironment(context =>
            {
                foreach (var (key, value) in program.Environment)
                {
                    context.EnvironmentVariables[key] = value;
                }
            });

    private static string Missing(string what, string cure) =>
        $"no container engine answers and this machine has no {what}: start Docker or Podman, or {cure}";

    /// <summary>Gives the folder back with the host.</summary>
    private sealed class Holder(DataFolder held) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => held.Dispose();
    }
}
