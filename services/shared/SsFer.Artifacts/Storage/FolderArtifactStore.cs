namespace SsFer.Artifacts.Storage;

public sealed class FolderArtifactStore(string root, TimeProvider? time = null) : IArtifactStore, ILocalFiles
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public string Root { get; } = Path.GetFullPath(root);

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) => throw new NotImplementedException(_time.ToString());

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => throw new NotImplementedException();

    public bool TryGetLocalPath(string path, out string file) => throw new NotImplementedException();
}
