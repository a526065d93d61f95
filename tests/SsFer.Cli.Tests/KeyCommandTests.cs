using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;

namespace SsFer.Cli.Tests;

public sealed class KeyCommandTests : IDisposable
{
    private readonly Material _material = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_AddedListedAndRevoked_IsShownOnceAndStoredAsAHash()
    {
        var added = await SsferShell.RunAsync(_material.Root, ["keys", "add", "the museum", "--per-minute", "60", "--concurrent", "4"]);
        added.AssertDone();
        var key = added.Output.Trim();
        var id = ApiKeySecret.IdOf(key);

        var listed = await SsferShell.RunAsync(_material.Root, ["keys", "list", "--json"]);
        var revoked = await SsferShell.RunAsync(_material.Root, ["keys", "revoke", id!]);

        listed.AssertDone();
        var entry = Assert.Single(listed.Json.EnumerateArray());
        Assert.Equal(
            (id, "the museum", "predict", 60, 4),
            (
                entry.GetProperty("id").GetString(),
                entry.GetProperty("name").GetString(),
                entry.GetProperty("roles")[0].GetString(),
                entry.GetProperty("perMinute").GetInt32(),
                entry.GetProperty("concurrent").GetInt32()
            )
        );
        Assert.False(entry.TryGetProperty("sha256", out _));
        revoked.AssertDone();
        Assert.Contains($"key {id} of the museum is revoked since", revoked.Output, StringComparison.Ordinal);
        var store = new FolderArtifactStore(Path.Combine(_material.Root, ".ssfer"));
        var stored = (await new ApiKeyStore(store, TimeProvider.System).TryReadAsync(Token))!.Value.Find(id!)!;
        Assert.True(stored.Is(key));
        Assert.NotNull(stored.Revoked);
        Assert.DoesNotContain(key[^43..], await File.ReadAllTextAsync(KeysFile, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "there is no key 'nobody' in the store: ssfer keys list shows what there is", "revoke", "nobody")]
    [InlineData(2, "a key's limit is at least 1", "add", "x", "--per-minute", "0")]
    [InlineData(2, "admin", "add", "x", "--role", "admin")]
    public async Task Command_ThatCannotBe_IsRefused(int exitCode, string word, params string[] arguments) =>
        (await SsferShell.RunAsync(_material.Root, ["keys", .. arguments])).AssertFailed(exitCode, word);

    public void Dispose() => _material.Dispose();

    private string KeysFile => Path.Combine(_material.Root, ".ssfer", "access", "keys.json");
}
