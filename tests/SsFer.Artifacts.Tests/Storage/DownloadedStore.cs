using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>
/// A folder store that hides its files, so that readers have to fetch as they do from a blob service; counts what they fetch.
/// </summary>
public sealed class DownloadedStore(IArtifactStore inner) : IArtifactStore
{
    private int _opened;

    public int Opened => _opened;

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        inner.TryReadAsync(path, cancellationToken);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        return inner.OpenReadAsync(path, cancellationToken);
    }

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) =>
        inner.PutAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.TryPutIfAbsentAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        inner.TryPutIfMatchAsync(path, content, etag, cancellationToken);

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
