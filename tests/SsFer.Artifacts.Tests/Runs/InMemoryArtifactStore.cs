using System.Runtime.CompilerServices;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Runs;

internal sealed class InMemoryArtifactStore : IArtifactStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (byte[] Content, string ETag)> _artifacts = new(StringComparer.Ordinal);
    private int _tags;

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_artifacts.TryGetValue(path, out var found) ? new StoredDocument(found.Content, found.ETag) : null);
        }
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        await TryReadAsync(path, cancellationToken) is { } document
            ? new MemoryStream(document.Content.ToArray(), writable: false)
            : throw new ArtifactNotFoundException(path);

    public async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => await TryReadAsync(path, cancellationToken) is not null;

    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        Put(path, buffer.ToArray(), _ => true);
    }

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Task.FromResult(Put(path, content.ToArray(), present => present is null));

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        Task.FromResult(Put(path, content.ToArray(), present => present == etag));

    public async IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoredArtifact[] found;
        lock (_lock)
        {
            found = [.. _artifacts.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => new StoredArtifact(entry.Key, entry.Value.Content.Length))];
        }

        await Task.Yield();
        foreach (var artifact in found)
        {
            yield return artifact;
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _artifacts.Remove(path);
        }

        return Task.CompletedTask;
    }

    private string? Put(string path, byte[] content, Func<string?, bool> allowed)
    {
        lock (_lock)
        {
            if (!allowed(_artifacts.TryGetValue(path, out var present) ? present.ETag : null))
            {
                return null;
            }

            var tag = $"tag-{++_tags}";
            _artifacts[path] = (content, tag);
            return tag;
        }
    }
}
