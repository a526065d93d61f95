using SsFer.Artifacts.Storage;

namespace SsFer.Testing;

/// <summary>A store that hands everything on; a test's own store changes the one operation that it is about.</summary>
public abstract class ForwardingStore(IArtifactStore inner) : IArtifactStore
{
    public virtual Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        inner.TryReadAsync(path, cancellationToken);

    public virtual Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(path, cancellationToken);

    public virtual Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public virtual Task PutAsync(string path, Stream content, CancellationToken cancellationToken) =>
        inner.PutAsync(path, content, cancellationToken);

    public virtual Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.TryPutIfAbsentAsync(path, content, cancellationToken);

    public virtual Task<string?> TryPutIfMatchAsync(
        string path,
        ReadOnlyMemory<byte> content,
        string etag,
        CancellationToken cancellationToken
    ) => inner.TryPutIfMatchAsync(path, content, etag, cancellationToken);

    public virtual IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public virtual Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
