using SsFer.Artifacts.Storage;

namespace SsFer.Evaluation.Tests;

/// <summary>A store in which a write can fail once, as if the process had been killed before it, or come after somebody else's.</summary>
internal sealed class FaultyStore(IArtifactStore inner) : IArtifactStore
{
    /// <summary>The next write to this path throws and does nothing.</summary>
    public string? FailNextWriteTo { get; set; }

    /// <summary>What others do in the moment before the next write to a path.</summary>
    public (string Path, Func<Task> Do)? BeforeNextWrite { get; set; }

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        inner.TryReadAsync(path, cancellationToken);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => inner.OpenReadAsync(path, cancellationToken);

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        await CheckAsync(path);
        await inner.PutAsync(path, content, cancellationToken);
    }

    public async Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await CheckAsync(path);
        return await inner.TryPutIfAbsentAsync(path, content, cancellationToken);
    }

    public async Task<string?> TryPutIfMatchAsync(
        string path,
        ReadOnlyMemory<byte> content,
        string etag,
        CancellationToken cancellationToken
    )
    {
        await CheckAsync(path);
        return await inner.TryPutIfMatchAsync(path, content, etag, cancellationToken);
    }

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

    private async Task CheckAsync(string path)
    {
        if (BeforeNextWrite is { } others && others.Path == path)
        {
            BeforeNextWrite = null;
            await others.Do();
        }

        if (FailNextWriteTo != path)
        {
            return;
        }

        FailNextWriteTo = null;
        throw new IOException("killed here");
    }
}
