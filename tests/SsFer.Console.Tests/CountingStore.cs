using System.Collections.Concurrent;
using SsFer.Artifacts.Storage;

namespace SsFer.Control.Tests;

/// <summary>A store that keeps which documents were read.</summary>
internal sealed class CountingStore(IArtifactStore inner) : IArtifactStore
{
    public ConcurrentQueue<string> Read { get; } = new();

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        Read.Enqueue(path);
        return inner.TryReadAsync(path, cancellationToken);
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => inner.OpenReadAsync(path, cancellationToken);

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.TryPutIfAbsentAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        inner.TryPutIfMatchAsync(path, content, etag, cancellationToken);

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
