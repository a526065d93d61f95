using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

public sealed class DatasetReader : IDisposable
{
    public DatasetManifest Manifest => throw new NotImplementedException();

    public static Task<DatasetReader> OpenAsync(IArtifactStore store, string name, string version, string cacheDirectory, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<DatasetEntry> EntriesAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public void ReadImage(DatasetEntry entry, Span<byte> destination) => throw new NotImplementedException();

    public void ReadImage(int shard, long offset, Span<byte> destination) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
