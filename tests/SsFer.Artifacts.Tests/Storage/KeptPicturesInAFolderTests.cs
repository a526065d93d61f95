using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

public sealed class KeptPicturesInAFolderTests : KeptPictureStoreContractTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IArtifactStore Open() => new FolderArtifactStore(_folder.Path);
}
