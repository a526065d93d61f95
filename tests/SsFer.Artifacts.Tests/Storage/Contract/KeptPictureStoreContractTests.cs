using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>What becomes of kept pictures in every store.</summary>
public abstract class KeptPictureStoreContractTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private IArtifactStore? _artifacts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IArtifactStore Artifacts => _artifacts ??= Open();

    private KeptPictureStore Store => new(Artifacts);

    /// <summary>An empty storage.</summary>
    protected abstract IArtifactStore Open();

    [Fact]
    public async Task Picture_ThatWasAdded_IsListedCountedForItsDayAndRead()
    {
        var picture = await AddAsync(Noon, "one");
        await AddAsync(Noon.AddDays(1), "two");

        var listed = await Store.ListAsync(Token).ToListAsync(Token);

        Assert.Equal([(picture.Id, Noon), (listed[1].Id, Noon.AddDays(1))], listed.Select(each => (each.Id, each.Kept)));
        Assert.Equal(("sad", 0.4f), listed[0].Faces[0].Answer());
        Assert.Equal("one", await ReadAsync(picture));
        Assert.Equal((1, 0), (await CountAsync(Noon), await CountAsync(Noon.AddDays(-1))));
    }

    [Fact]
    public async Task Erase_OfOne_LeavesNothingOfItAndTheOthers()
    {
        var picture = await AddAsync(Noon, "one");
        var other = await AddAsync(Noon, "two");

        await Store.EraseAsync(picture.Id, Token);

        Assert.All(await Artifacts.ListAsync("", Token).ToListAsync(Token), entry =>
            Assert.StartsWith($"kept/{other.Id}/", entry.Path, StringComparison.Ordinal)
        );
        Assert.Equal("two", await ReadAsync(other));
        var again = await Assert.ThrowsAsync<UnknownKeptPictureException>(() => Store.EraseAsync(picture.Id, Token));
        Assert.Equal($"no picture is kept as '{picture.Id}': ssfer kept list shows what there is", again.Message);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("2026")] // the beginning of an id is none
    [InlineData("../models/first")]
    public async Task Erase_OfWhatIsNoId_ErasesNothing(string id)
    {
        var picture = await AddAsync(Noon, "one");

        await Assert.ThrowsAnyAsync<ArtifactException>(() => Store.EraseAsync(id, Token));

        Assert.Equal("one", await ReadAsync(picture));
    }

    [Fact]
    public async Task EraseBefore_ADay_LeavesThoseOfTheDayAndLater()
    {
        await AddAsync(Noon.AddDays(-30), "old");
        await AddAsync(Noon.AddDays(-1), "yesterday");
        var today = await AddAsync(Noon, "today");

        var erased = await Store.EraseBeforeAsync(DateOnly.FromDateTime(Noon.UtcDateTime), Token);

        Assert.Equal(2, erased);
        Assert.Equal(today.Id, Assert.Single(await Store.ListAsync(Token).ToListAsync(Token)).Id);
        Assert.Equal(2, await Artifacts.ListAsync("", Token).CountAsync(Token)); // file and document
        Assert.Equal(1, await Store.EraseBeforeAsync(DateOnly.MaxValue, Token));
    }

    private async Task<KeptPicture> AddAsync(DateTimeOffset now, string content)
    {
        var picture = new KeptPicture
        {
            Id = KeptPicture.NewId(now),
            Kept = now,
            Format = "png",
            Model = "m",
            Digest = "00",
            Faces = [new KeptFace([1, 2, 3, 4], new Dictionary<string, float> { ["sad"] = 0.4f, ["glad"] = 0.3f })],
        };
        await Store.AddAsync(picture, System.Text.Encoding.UTF8.GetBytes(content), Token);
        return picture;
    }

    private Task<int> CountAsync(DateTimeOffset day) => Store.CountAsync(DateOnly.FromDateTime(day.UtcDateTime), Token);

    private async Task<string> ReadAsync(KeptPicture picture)
    {
        using var reader = new StreamReader(await Store.OpenAsync(picture, Token));
        return await reader.ReadToEndAsync(Token);
    }
}
