using Microsoft.Extensions.Hosting;
using SsFer.Artifacts.Azure;
#if ASPIRE_CLIENTS
using Microsoft.Extensions.Azure;
using SsFer.Contracts;
#else
using Microsoft.Extensions.DependencyInjection;
#endif

namespace SsFer.ServiceDefaults.Storage;

internal static class BlobClientExtensions
{
#if ASPIRE_CLIENTS
    /// <summary>
    /// Registers the client as Aspire's integration does, from <c>ConnectionStrings:blobs</c>, with telemetry and a health check.
    /// </summary>
    public static void AddBlobClient(this IHostApplicationBuilder builder, string _) =>
        builder.AddAzureBlobServiceClient(ResourceNames.Blobs, configureClientBuilder: client =>
            client.ConfigureOptions(BlobConnection.Configure)
        );
#else
    /// <summary>Registers the client by hand; <c>-p:AspireClients=true</c> leaves it to Aspire's integration.</summary>
    public static void AddBlobClient(this IHostApplicationBuilder builder, string connection) =>
        builder.Services.AddSingleton(_ => BlobConnection.Open(connection));
#endif
}
