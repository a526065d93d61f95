using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SsFer.Artifacts.Azure;

namespace SsFer.ServiceDefaults.Storage;

internal static class BlobClientExtensions
{
    public static void AddBlobClient(this IHostApplicationBuilder builder, string connection) =>
        builder.Services.AddSingleton(_ => BlobConnection.Open(connection));
}
