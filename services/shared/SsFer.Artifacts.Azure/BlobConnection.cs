using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Azure;

/// <summary>Makes clients of a blob service from what <c>ConnectionStrings:blobs</c> may hold.</summary>
public static class BlobConnection
{
    /// <param name="connection">
    /// A connection string of an Azure storage account (or of Azurite), or the bare URI of its blob endpoint: with a shared access
    /// signature in it, that is used, without one <see cref="DefaultAzureCredential"/>.
    /// </param>
    /// <exception cref="ArtifactException">It is neither; the message does not repeat it, since it may hold a key.</exception>
    public static BlobServiceClient Open(string connection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        var options = new BlobClientOptions();
        Configure(options);
        try
        {
            if (!Uri.TryCreate(connection, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            {
                return new BlobServiceClient(connection, options);
            }

            return endpoint.Query.Contains("sig=", StringComparison.Ordinal)
                ? new BlobServiceClient(endpoint, options)
                : new BlobServiceClient(endpoint, new DefaultAzureCredential(), options);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new ArtifactException(
                $"the store's connection is neither a connection string of a storage account nor the URI of its blob endpoint "
                    + $"({fault.Message}): check ConnectionStrings:blobs",
                fault
            );
        }
    }

    /// <summary>
    /// Bounds every small request to half a minute, attempts and pauses together: a worker that beats every 15 s and is given up after 60 s
    /// learns of a dead store while it still holds its claim.
    /// </summary>
    public static void Configure(BlobClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(8);
    }
}
