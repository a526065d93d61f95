using System.Runtime.CompilerServices;
using SsFer.Artifacts.Storage;

namespace SsFer.Inference.Models;

/// <summary>The store of a service that runs by itself: nothing is in it, and nothing can be put there.</summary>
internal sealed class NoStore : IArtifactStore
{
    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) => Task.FromResult<StoredDocument?>(null);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => throw new ArtifactNotFoundException(path);

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) => throw Refusal();

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        throw Refusal();

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        throw Refusal();

    public async IAsyncEnumerable<StoredArtifact> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await Task.CompletedTask;
        yield break;
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Task.CompletedTask;

    private static NotSupportedException Refusal() => new("the service runs without a store");
}
