using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Models;

/// <summary>A store whose first conditional replacement is made and answered as if it had not been, after somebody else has written on top.</summary>
internal sealed class LossyStore(IArtifactStore inner, Func<Task> meanwhile) : IArtifactStore
{
    private bool _lost;

    public async Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken)
    {
        var tag = await inner.TryPutIfMatchAsync(path, content, etag, cancellationToken);
        if (_lost)
        {
            return tag;
        }

        _lost = true;
        await meanwhile();
        return null;
    }

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) => inner.TryReadAsync(path, cancellationToken);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => inner.OpenReadAsync(path, cancellationToken);

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.TryPutIfAbsentAsync(path, content, cancellationToken);

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
