using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Azure.Tests;

[Trait("Category", "Slow")]
public sealed class KeptPicturesInBlobsTests(AzuriteFixture azurite) : KeptPictureStoreContractTests
{
    protected override IArtifactStore Open() => new BlobArtifactStore(BlobConnection.Open(azurite.NextConnectionString()));
}
