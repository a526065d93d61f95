using Microsoft.Extensions.Logging.Abstractions;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Access;

namespace SsFer.ServiceDefaults.Tests.Access;

public sealed class ApiKeyringTests : IDisposable
{
    private readonly ScriptedStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_WhileTheStoreIsAway_StayThoseOfTheLastLook()
    {
        var keys = new ApiKeyStore(_store, TimeProvider.System);
        using var ring = new ApiKeyring(keys, NullLogger<ApiKeyring>.Instance);
        var issued = await keys.AddAsync(new ApiKeyRequest { Name = "museum" }, Token);
        await LookInVainAsync(ring);
        Assert.Equal((false, (ApiKey?)null), (ring.IsKnown, ring.Find(issued.Text)));

        await ring.RefreshAsync(Token);
        Assert.Equal(issued.Key.Id, ring.Find(issued.Text)?.Id);

        await LookInVainAsync(ring);
        Assert.Equal(issued.Key.Id, ring.Find(issued.Text)?.Id);

        await keys.RevokeAsync(issued.Key.Id, Token);
        await ring.RefreshAsync(Token);
        Assert.Null(ring.Find(issued.Text));
    }

    public void Dispose() => _store.Dispose();

    private Task LookInVainAsync(ApiKeyring ring)
    {
        _store.Fail(new ArtifactUnavailableException("access/keys.json", "made to fail"));
        return ring.RefreshAsync(Token);
    }
}
