using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

public sealed class DatasetCatalog(IArtifactStore store)
{
    public Task PublishAsync(DatasetManifest manifest, CancellationToken cancellationToken) => throw new NotImplementedException(store.ToString());

    public Task<DatasetPointers?> FindAsync(string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<DatasetPointers> GetAsync(string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<DatasetManifest> ReadManifestAsync(string name, string version, CancellationToken cancellationToken) => throw new NotImplementedException();

    public IAsyncEnumerable<NamedDataset> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
