using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using SsFer.AppHost.Servers;
using SsFer.LocalServers;

namespace SsFer.AppHost;

/// <summary>
/// What configuration says of a service: <c>Services:{name}:Replicas</c>, <c>:Port</c>, <c>:External</c>; of a trainer also
/// <c>:Devices</c> (one to a replica), <c>:Device</c> and <c>:Precision</c>, and for all of them <c>Compute:Device</c> and
/// <c>Compute:Precision</c>.
/// </summary>
internal static class ServiceExtensions
{
    private static readonly char[] Separators = [',', ';', ' '];

    /// <summary>
    /// The resources of a trainer, each with its device: where several devices are named, a resource for each; else one, whose
    /// replicas share a setting.
    /// </summary>
    public static IEnumerable<(string Resource, string Device)> DevicesOf(this IDistributedApplicationBuilder builder, string name)
    {
        var devices = builder
            .Configuration[$"Services:{name}:Devices"]
            ?.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return devices.Length == 0
            ? [(name, builder.Setting(name, "Device"))]
            : devices.Select(
                (device, index) => (index == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{index + 1}"), device)
            );
    }

    public static IResourceBuilder<ProjectResource> WithCompute(
        this IResourceBuilder<ProjectResource> trainer,
        string name,
        string device
    ) =>
        trainer
            .WithEnvironment("Compute__Device", device)
            .WithEnvironment("Compute__Precision", trainer.ApplicationBuilder.Setting(name, "Precision"));

    /// <summary>Replicas, whether the outside may come in, and, while it runs here, that it is started from what was built.</summary>
    public static IResourceBuilder<ProjectResource> WithSettings(this IResourceBuilder<ProjectResource> service, string name)
    {
        var configuration = service.ApplicationBuilder.Configuration;
        if (string.IsNullOrWhiteSpace(configuration[$"Services:{name}:Devices"]))
        {
            service.WithReplicas(configuration.GetValue($"Services:{name}:Replicas", 1));
        }

        // Replicas with devices of their own are resources of their own: one of them can have the port.
        if (service.Resource.Name == name && configuration.GetValue<int?>($"Services:{name}:Port") is { } port)
        {
            service.WithEndpoint("http", endpoint => endpoint.Port = port);
        }

        if (configuration.GetValue($"Services:{name}:External", false))
        {
            service.WithExternalHttpEndpoints();
        }

        return service.ApplicationBuilder.ExecutionContext.IsRunMode ? service.WithLocalRun() : service;
    }

    /// <summary>Whoever deploys the endpoint declares what it is for: in Production it does not start without.</summary>
    public static IResourceBuilder<ProjectResource> WithDeclaredPurpose(this IResourceBuilder<ProjectResource> endpoint)
    {
        var builder = endpoint.ApplicationBuilder;
        return builder.ExecutionContext.IsPublishMode
            ? endpoint.WithEnvironment("Inference__Purpose", builder.AddParameter("purpose"))
            : endpoint;
    }

    private static IResourceBuilder<ProjectResource> WithLocalRun(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        if (string.IsNullOrEmpty(builder.Configuration["DEBUG_SESSION_PORT"])) // an editor that debugs starts it in its own way
        {
            // As it was built, instead of through "dotnet run", which would read the whole project for each.
            var project = service.Resource.GetProjectMetadata().ProjectPath;
            var program = BuiltService.PathOf(Path.GetFileNameWithoutExtension(project));
            service.WithAnnotation(new ExecutableAnnotation { Command = "dotnet", WorkingDirectory = Path.GetDirectoryName(project)! });
            service.WithArgs(program);
        }

        if (service.Resource.GetReplicaCount() == 1)
        {
            service.WithEndpoint("http", endpoint => endpoint.ListensItself(builder.Configuration));
        }

        return service
            .WithoutHttpsCertificate() // plain HTTP within the machine; else the dashboard warns of a certificate nobody needs
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.LocalEnvironment())
            .WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "ssfer") // Aspire sets "simple", spelt so
            .WithEnvironment("Store__CacheDirectory", DataFolder.Of(builder, "cache"));
    }

    /// <summary>
    /// Aspire's proxy before a service may lose it when it is started again: it takes connections then and passes nothing on, and the
    /// service is never healthy. Only replicas, which share a port, take one.
    /// </summary>
    private static void ListensItself(this EndpointAnnotation endpoint, IConfiguration configuration)
    {
        endpoint.IsProxied = false;
        if (endpoint.Port is null || configuration.GetValue("DcpPublisher:RandomizePorts", false))
        {
            endpoint.Port = FreePort.Next(); // under test, where systems run side by side
        }

        endpoint.TargetPort = endpoint.Port;
    }

    /// <summary>
    /// What runs on this machine is no deployment, unless somebody says so: where no environment is named services need no keys and no
    /// purpose.
    /// </summary>
    private static string LocalEnvironment(this IDistributedApplicationBuilder builder) =>
        builder.Configuration["environment"]
        ?? builder.Configuration["DOTNET_ENVIRONMENT"]
        ?? builder.Configuration["ASPNETCORE_ENVIRONMENT"]
        ?? Environments.Development;

    private static string Setting(this IDistributedApplicationBuilder builder, string name, string key) =>
        builder.Configuration[$"Services:{name}:{key}"] ?? builder.Configuration[$"Compute:{key}"] ?? "auto";
}
