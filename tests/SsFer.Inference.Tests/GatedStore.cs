using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;

namespace SsFer.Inference.Tests;

/// <summary>A store that gives out models only once it is told to, and may fail to say which one is in production.</summary>
internal sealed class GatedStore(IArtifactStore inner, Task open) : IArtifactStore
{
    /// <summary>The store does not answer when asked for the alias.</summary>
    public bool IsAway { get; set; }

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        IsAway && path == ModelPaths.Production ? throw new ArtifactUnavailableException(path, "made to fail") : inner.TryReadAsync(path, cancellationToken);

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        await open.WaitAsync(cancellationToken);
        return await inner.OpenReadAsync(path, cancellationToken);
    }

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.TryPutIfAbsentAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        inner.TryPutIfMatchAsync(path, content, etag, cancellationToken);

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
