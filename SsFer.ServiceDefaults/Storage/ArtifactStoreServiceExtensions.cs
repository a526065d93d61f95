using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Azure;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>The store from <c>ConnectionStrings:blobs</c>.</summary>
public static class ArtifactStoreServiceExtensions
{
    /// <summary>
    /// Registers <see cref="IArtifactStore"/>, <see cref="CacheSpace"/> and a health check; once, however often it is called. A
    /// folder is used as it is, a service over the network through <see cref="ResilientArtifactStore"/>.
    /// </summary>
    public static TBuilder AddArtifactStore<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(IArtifactStore)))
        {
            return builder;
        }

        var connection = builder.Configuration.GetConnectionString(ResourceNames.Blobs);
        services
            .AddOptions<StoreOptions>()
            .BindConfiguration(StoreOptions.Section)
            .Configure(options => options.Connection = connection)
            .ValidateOnStart();
        services.TryAddEnumerable([
            ServiceDescriptor.Singleton<IValidateOptions<StoreOptions>, StoreOptionsRanges>(),
            ServiceDescriptor.Singleton<IValidateOptions<StoreOptions>, StoreOptionsValidation>(),
        ]);
        services.TryAddSingleton(TimeProvider.System);
        if (StoreConnection.IsBlobService(connection))
        {
            builder.AddBlobClient(connection);
        }

        services.AddSingleton(Open);
        services.AddSingleton(OpenCache);
        services.AddHealthChecks().AddCheck<ArtifactStoreHealthCheck>("store", timeout: ArtifactStoreHealthCheck.Timeout);
        return builder;
    }

    private static IArtifactStore Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<StoreOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        IArtifactStore store = StoreConnection.FolderOf(options.Connection) is { } folder
            ? new FolderArtifactStore(folder, time)
            : new BlobArtifactStore(provider.GetRequiredService<BlobServiceClient>());
        if (options.FaultInjection.Enabled)
        {
            store = new FaultInjectingArtifactStore(store, options.FaultInjection);
        }
        else if (store is ILocalFiles)
        {
            return store; // a disk either answers or is broken, and its files can be read in place
        }

        return new ResilientArtifactStore(
            store,
            options.Resilience,
            provider.GetRequiredService<CacheSpace>(),
            time,
            provider.GetRequiredService<ILogger<ResilientArtifactStore>>()
        );
    }

    private static CacheSpace OpenCache(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<StoreOptions>>().Value;
        var directory = options.CacheDirectory
            ?? (
                StoreConnection.FolderOf(options.Connection) is { } folder
                    ? Path.Combine(folder, ".cache")
                    : Path.Combine(Path.GetTempPath(), "ssfer-cache")
            );
        return new CacheSpace(Path.GetFullPath(directory), options.CacheBytes, provider.GetRequiredService<TimeProvider>());
    }
}
