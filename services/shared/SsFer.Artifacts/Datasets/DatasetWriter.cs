using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

public sealed class DatasetWriter : IAsyncDisposable
{
    public static DatasetWriter Create(IArtifactStore store, DatasetDraft draft, DatasetWriterOptions? options = null) => throw new NotImplementedException();

    public Task AddAsync(DatasetItem item, ReadOnlyMemory<byte> encodedImage, string extension, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public void Reject(string source, string reason) => throw new NotImplementedException();

    public Task<DatasetManifest> CompleteAsync(IReadOnlyDictionary<string, string> provenance, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
