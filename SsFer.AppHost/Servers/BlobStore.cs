using System.Net;
using SsFer.LocalServers;

namespace SsFer.AppHost.Servers;

/// <summary>
/// The blob service: while it runs here Azurite, in a container where an engine answers, else as a program of this machine; in what is
/// published a connection string that whoever deploys it sets.
/// </summary>
internal static class BlobStore
{
    private const string Endpoint = "blob";
    private const int ContainerPort = 10_000;
    private const int AnswerWithoutAccount = (int)HttpStatusCode.BadRequest;

    public static IResourceBuilder<IResourceWithConnectionString> AddBlobStore(this IDistributedApplicationBuilder builder, string name)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder.AddConnectionString(name);
        }

        return builder.ServersAreLocal() ? AddProgram(builder, name) : AddContainer(builder, name);
    }

    private static IResourceBuilder<LocalServer> AddProgram(IDistributedApplicationBuilder builder, string name)
    {
        var port = FreePort.Next();
        return builder
            .AddLocalServer(
                name,
                AzuriteProgram.In(DataFolder.Of(builder, name), port),
                AzuriteProgram.Development.ConnectionStringAt($"http://127.0.0.1:{port}")
            )
            .WithHttpEndpoint(port, port, Endpoint, isProxied: false)
            .WithHttpHealthCheck("/", AnswerWithoutAccount, Endpoint);
    }

    private static IResourceBuilder<Container> AddContainer(IDistributedApplicationBuilder builder, string name) =>
        builder
            .AddResource(new Container(name))
            .WithImage("azure-storage/azurite", AzuriteProgram.Version)
            .WithImageRegistry("mcr.microsoft.com")
            .WithEntrypoint("azurite-blob")
            .WithArgs("--blobHost", "0.0.0.0", "--location", "/data", "--skipApiVersionCheck", "--disableTelemetry", "--silent")
            .WithVolume($"ssfer-{name}", "/data")
            .WithHttpEndpoint(targetPort: ContainerPort, name: Endpoint)
            .WithHttpHealthCheck("/", AnswerWithoutAccount, Endpoint);

    private sealed class Container(string name) : ContainerResource(name), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression
        {
            get
            {
                var url = this.GetEndpoint(Endpoint).Property(EndpointProperty.Url);
                var (account, key) = AzuriteProgram.Development;
                return ReferenceExpression.Create(
                    $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};BlobEndpoint={url}/{account};"
                );
            }
        }
    }
}
