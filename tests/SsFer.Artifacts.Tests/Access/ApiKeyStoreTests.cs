using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Access;

public sealed class ApiKeyStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-keys-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero));
    private readonly ApiKeyStore _keys;

    public ApiKeyStoreTests() => _keys = new ApiKeyStore(new FolderArtifactStore(_folder.FullName), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_OfAKey_StoresItsHashAndNotTheKey()
    {
        var issued = await _keys.AddAsync(
            new ApiKeyRequest { Name = "museum", Roles = [ApiKeyRole.Operate, ApiKeyRole.Predict, ApiKeyRole.Operate] },
            Token
        );

        var stored = (await _keys.TryReadAsync(Token))!.Value.Find(issued.Key.Id)!;
        Assert.Equal(
            ("museum", _time.GetUtcNow(), (DateTimeOffset?)null, 64),
            (stored.Name, stored.Created, stored.Revoked, stored.Sha256.Length)
        );
        Assert.Equal([ApiKeyRole.Predict, ApiKeyRole.Operate], stored.Roles);
        Assert.True(stored.Is(issued.Text));
        Assert.False(stored.Is(issued.Text[..^1] + (issued.Text[^1] == 'A' ? 'B' : 'A')));
        Assert.Equal(issued.Key.Id, ApiKeySecret.IdOf(issued.Text));
        Assert.DoesNotContain(issued.Text, await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "access", "keys.json"), Token));
    }

    [Fact]
    public async Task Add_AndRevoke_BySeveralAtATime_LoseNothing()
    {
        var issued = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => _keys.AddAsync(new ApiKeyRequest { Name = $"{i}" }, Token), Token))
        );

        await Task.WhenAll(issued.Take(4).Select(key => Task.Run(() => _keys.RevokeAsync(key.Key.Id, Token), Token)));

        var stored = (await _keys.TryReadAsync(Token))!.Value.Keys;
        Assert.Equal(issued.Select(key => key.Key.Id).Order(), stored.Select(key => key.Id).Order());
        Assert.Equal(
            issued.Take(4).Select(key => key.Key.Id).Order(),
            stored.Where(key => key.Revoked is not null).Select(key => key.Id).Order()
        );
    }

    [Fact]
    public async Task Revoke_OfARevokedKey_ChangesNothing()
    {
        var issued = await _keys.AddAsync(new ApiKeyRequest { Name = "museum" }, Token);
        var revoked = await _keys.RevokeAsync(issued.Key.Id, Token);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(revoked.Revoked, (await _keys.RevokeAsync(issued.Key.Id, Token)).Revoked);
        await Assert.ThrowsAsync<UnknownApiKeyException>(() => _keys.RevokeAsync("nobody", Token));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("line\nbreak", null)]
    [InlineData("museum", 0)]
    [InlineData("museum", 1_000_001)]
    public async Task Add_OfWhatCannotBe_IsRefused(string name, int? perMinute) =>
        await Assert.ThrowsAsync<ApiKeyRequestException>(() =>
            _keys.AddAsync(new ApiKeyRequest { Name = name, PerMinute = perMinute }, Token)
        );

    public void Dispose() => _folder.Delete(recursive: true);
}
