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
    /// A request ends within 8 s and is made once: trying again is left to the store's caller, who knows how long a claim may wait.
    /// Only the blocks of an upload, which no caller can send singly, are sent again from here.
    /// </summary>
    public static void Configure(BlobClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RetryPolicy = new BlockRetries();
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(8);
    }
}
