using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

public sealed class ArtifactJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private enum Mood
    {
        WideAwake,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder.Path);

    [Fact]
    public async Task Documents_AreReadableText()
    {
        await Store.TryPutJsonIfAbsentAsync("runs/one", new Note { FirstLine = "très +", Mood = Mood.WideAwake }, Token);
        var text = Encoding.UTF8.GetString((await Store.TryReadAsync("runs/one", Token))!.Content.Span);
        Assert.Equal("{\n  \"firstLine\": \"très +\",\n  \"mood\": \"wideAwake\"\n}", text);
    }

    [Fact]
    public async Task Documents_ReadAndReplacedByTag_RoundTrip()
    {
        Assert.Null(await Store.TryReadJsonAsync<Note>("runs/one", Token));
        await Store.TryPutJsonIfAbsentAsync("runs/one", new Note { FirstLine = "a" }, Token);
        var read = await Store.TryReadJsonAsync<Note>("runs/one", Token);
        Assert.NotNull(await Store.TryPutJsonIfMatchAsync("runs/one", read!.Value with { FirstLine = "b" }, read.ETag, Token));
        Assert.Null(await Store.TryPutJsonIfMatchAsync("runs/one", read.Value with { FirstLine = "c" }, read.ETag, Token));
        Assert.Equal(new Note { FirstLine = "b" }, (await Store.TryReadJsonAsync<Note>("runs/one", Token))!.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"firstLine\": \"cut o")]
    [InlineData("{\"mood\": \"wideAwake\"}")]
    [InlineData("{\"firstLine\": null}")]
    [InlineData("{\"firstLine\": \"a\", \"mood\": \"unheard of\"}")]
    public async Task Documents_ThatAreDamaged_ThrowNamingThePath(string content)
    {
        await Store.TryPutIfAbsentAsync("runs/one", Encoding.UTF8.GetBytes(content), Token);
        var fault = await Assert.ThrowsAsync<CorruptArtifactException>(() => Store.TryReadJsonAsync<Note>("runs/one", Token));
        Assert.Contains("'runs/one'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownKeys_InDocuments_AreTheFutures_InConfigurationAreMistakes()
    {
        const string Text = "{\"firstLine\": \"a\", \"fristLine\": 1}";
        Assert.Equal("a", ArtifactJson.Deserialize<Note>(Encoding.UTF8.GetBytes(Text), "runs/one").FirstLine);
        var fault = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Note>(Text, ArtifactJson.Configuration));
        Assert.Contains("fristLine", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private sealed record Note
    {
        public required string FirstLine { get; init; }

        public Mood? Mood { get; init; }
    }
}
