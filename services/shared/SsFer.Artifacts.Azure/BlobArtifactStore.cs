using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Azure;

/// <summary>
/// The store as blobs of an Azure storage account with a flat namespace, or of Azurite. The first segment of a path is the
/// container, made by the first write to it. Conditional writes are the service's own (<c>If-None-Match: *</c>, <c>If-Match</c>);
/// every write makes a new tag, equal content too.
/// </summary>
/// <param name="client">The account; <see cref="BlobConnection"/> makes one whose requests end in time.</param>
public sealed class BlobArtifactStore(BlobServiceClient client) : IArtifactStore
{
    private readonly BlobFaults _faults = new(client.Uri.GetLeftPart(UriPartial.Authority));

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        var blob = BlobOf(path);
        return GuardAsync<StoredDocument?>(
            path,
            async () =>
            {
                var content = (await blob.DownloadContentAsync(cancellationToken)).Value;
                return new StoredDocument(content.Content.ToMemory(), content.Details.ETag.ToString());
            },
            absent: null,
            cancellationToken
        );
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var blob = BlobOf(path);
        var content = await GuardAsync<Stream?>(
            path,
            async () => (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content,
            absent: null,
            cancellationToken
        );
        return new BlobReadStream(content ?? throw new ArtifactNotFoundException(path), path, _faults);
    }

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken)
    {
        var blob = BlobOf(path);
        return _faults.GuardAsync(path, async () => (await blob.ExistsAsync(cancellationToken)).Value, cancellationToken);
    }

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (container, name) = Locate(path);
        return new BlockUpload(container.GetBlockBlobClient(name), path, _faults).RunAsync(
            content,
            write => InContainerAsync(container, write, cancellationToken),
            cancellationToken
        );
    }

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var (container, name) = Locate(path);
        return TryPutAsync(
            path,
            container.GetBlobClient(name),
            content,
            new BlobRequestConditions { IfNoneMatch = ETag.All },
            put => InContainerAsync(container, put, cancellationToken),
            cancellationToken
        );
    }

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return TryPutAsync(
            path,
            BlobOf(path),
            content,
            new BlobRequestConditions { IfMatch = new ETag(etag) },
            put => put(),
            cancellationToken
        );
    }

    public async IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArtifactPath.ValidatePrefix(prefix);
        foreach (var container in await ContainersAsync(prefix, cancellationToken))
        {
            var inner = prefix.Length > container.Length ? prefix[(container.Length + 1)..] : "";
            await using var blobs = client
                .GetBlobContainerClient(container)
                .GetBlobsAsync(BlobTraits.None, BlobStates.None, inner, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await GuardAsync(prefix, () => blobs.MoveNextAsync().AsTask(), absent: false, cancellationToken))
            {
                yield return new StoredArtifact($"{container}/{blobs.Current.Name}", blobs.Current.Properties.ContentLength ?? 0);
            }
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        var blob = BlobOf(path);
        return _faults.GuardAsync(
            path,
            () => blob.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken),
            cancellationToken
        );
    }

    /// <summary>
    /// Null where the condition does not hold: another writer was faster, or this one, if the answer of an earlier try was lost.
    /// </summary>
    private Task<string?> TryPutAsync(
        string path,
        BlobClient blob,
        ReadOnlyMemory<byte> content,
        BlobRequestConditions conditions,
        Func<Func<Task<Response<BlobContentInfo>>>, Task<Response<BlobContentInfo>>> write,
        CancellationToken cancellationToken
    )
    {
        var options = new BlobUploadOptions { Conditions = conditions };
        return GuardAsync(
            path,
            async () =>
            {
                try
                {
                    var written = await write(() => blob.UploadAsync(BinaryData.FromBytes(content), options, cancellationToken));
                    return written.Value.ETag.ToString();
                }
                catch (RequestFailedException fault) when (fault.Status == 412 || fault.ErrorCode == BlobErrorCode.BlobAlreadyExists)
                {
                    return null;
                }
            },
            absent: null,
            cancellationToken
        );
    }

    private static async Task<T> InContainerAsync<T>(
        BlobContainerClient container,
        Func<Task<T>> write,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await write();
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return await write();
        }
    }

    /// <summary>The containers that can hold paths with this prefix, in the order of those paths.</summary>
    private async Task<IReadOnlyList<string>> ContainersAsync(string prefix, CancellationToken cancellationToken)
    {
        if (prefix.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0)
        {
            return [prefix[..slash]];
        }

        return await _faults.GuardAsync(
            prefix,
            async () =>
            {
                var names = new List<string>();
                await foreach (
                    var container in client.GetBlobContainersAsync(
                        BlobContainerTraits.None,
                        BlobContainerStates.None,
                        prefix,
                        cancellationToken
                    )
                )
                {
                    names.Add(container.Name);
                }

                return names.OrderBy(name => $"{name}/", StringComparer.Ordinal).ToList();
            },
            cancellationToken
        );
    }

    /// <summary>As <see cref="BlobFaults.GuardAsync"/>, with a value for what is not there.</summary>
    private Task<T> GuardAsync<T>(string path, Func<Task<T>> call, T absent, CancellationToken cancellationToken) =>
        _faults.GuardAsync(
            path,
            async () =>
            {
                try
                {
                    return await call();
                }
                catch (RequestFailedException fault) when (fault.Status == 404)
                {
                    return absent;
                }
            },
            cancellationToken
        );

    private BlobClient BlobOf(string path)
    {
        var (container, name) = Locate(path);
        return container.GetBlobClient(name);
    }

    private (BlobContainerClient Container, string Name) Locate(string path)
    {
        ArtifactPath.Validate(path);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (client.GetBlobContainerClient(path[..slash]), path[(slash + 1)..]);
    }
}
