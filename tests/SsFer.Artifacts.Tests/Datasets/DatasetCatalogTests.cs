using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

public sealed class DatasetCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder["store"]);

    private DatasetCatalog Catalog => new(Store);

    private static DatasetDraft Raw => Sample.Draft() with { Kind = DatasetKind.Raw, Size = null };

    [Fact]
    public async Task Publish_RawThenSizes_KeepsAllPointers()
    {
        var raw = await PublishAsync("faces", size: null);
        var small = await PublishAsync("faces", size: 48);
        var large = await PublishAsync("faces", size: 224);
        var pointers = await Catalog.GetAsync("faces", Token);
        Assert.Equal(raw.Version, pointers.Raw);
        Assert.Equal(new Dictionary<int, string> { [48] = small.Version, [224] = large.Version }, pointers.Prepared);
        Assert.Equal(large.Version, await Catalog.GetPreparedAsync("faces", 224, Token));
        Assert.Equal(224, (await Catalog.ReadManifestAsync("faces", large.Version, Token)).Size);
    }

    [Fact]
    public async Task TryPublish_Expected_MovesAllPointersAtOnce()
    {
        await PublishAsync("faces", size: null);
        var raw = await Sample.WriteAsync(Store, 7, Raw, cancellationToken: Token);
        var small = await Sample.WriteAsync(Store, 7, cancellationToken: Token);

        Assert.True(await Catalog.TryPublishAsync([raw, small], pointers => pointers.Prepared.Count == 0, Token));
        Assert.False(await Catalog.TryPublishAsync([raw, small], pointers => pointers.Prepared.Count == 0, Token));

        var current = await Catalog.GetAsync("faces", Token);
        Assert.Equal((raw.Version, small.Version), (current.Raw, current.Prepared[48]));
    }

    [Fact]
    public async Task TryPublish_WhereNothingIsCurrent_ChangesNothing()
    {
        var raw = await Sample.WriteAsync(Store, 7, Raw, cancellationToken: Token);

        Assert.False(await Catalog.TryPublishAsync([raw], _ => true, Token));
        Assert.Null(await Catalog.FindAsync("faces", Token));
    }

    [Fact]
    public async Task Items_AreThoseOfTheReader()
    {
        var manifest = await Sample.WriteAsync(Store, 7, options: new DatasetWriterOptions { ItemsPerShard = 3 }, cancellationToken: Token);
        var keys = new List<string>();
        await foreach (var item in Catalog.ItemsAsync(manifest, Token))
        {
            keys.Add(item.Key);
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(number => Sample.Item(number).Key), keys);
    }

    [Fact]
    public async Task Current_IsPlainJson()
    {
        var small = await PublishAsync("faces", size: 48);
        var text = await File.ReadAllTextAsync(_folder["store/datasets/faces/current.json"], Token);
        Assert.Equal($"{{\n  \"prepared\": {{\n    \"48\": \"{small.Version}\"\n  }},\n  \"preparedLast\": 48\n}}", text);
    }

    [Fact]
    public async Task Publish_NewVersion_ReplacesThePointer()
    {
        await PublishAsync("faces", size: 48);
        var later = await PublishAsync("faces", size: 48, items: 3);
        Assert.Equal(later.Version, await Catalog.GetPreparedAsync("faces", 48, Token));
    }

    [Fact]
    public async Task Publish_ManyAtOnce_LosesNone()
    {
        var manifests = new List<DatasetManifest>();
        foreach (var size in Enumerable.Range(1, 12))
        {
            manifests.Add(await Sample.WriteAsync(Store, 1, Sample.Draft() with { Size = size }, cancellationToken: Token));
        }

        await Task.WhenAll(manifests.Select(manifest => Task.Run(() => Catalog.PublishAsync(manifest, Token), Token)));
        Assert.Equal(Enumerable.Range(1, 12), (await Catalog.GetAsync("faces", Token)).Prepared.Keys);
    }

    [Fact]
    public async Task Publish_VersionNeverCompleted_Throws()
    {
        var manifest = await Sample.WriteAsync(Store, 1, cancellationToken: Token);
        await Assert.ThrowsAsync<ArtifactNotFoundException>(() =>
            Catalog.PublishAsync(manifest with { Version = "0123456789abcdef" }, Token)
        );
        Assert.Null(await Catalog.FindAsync("faces", Token));
    }

    [Theory]
    [InlineData("unheard-of")]
    [InlineData("Not A Name")]
    public async Task Get_Unknown_NamesThoseThereAreAndTheCure(string name)
    {
        await PublishAsync("ferplus", size: 48);
        await PublishAsync("lfw", size: 48);
        var fault = await Assert.ThrowsAsync<DatasetNotFoundException>(() => Catalog.GetAsync(name, Token));
        Assert.Equal(
            $"there is no dataset '{name}'; the store holds ferplus, lfw: ssfer data list, or GET /api/datasets, shows what there is",
            fault.Message
        );
    }

    [Fact]
    public async Task Get_EmptyStore_SaysSo()
    {
        var fault = await Assert.ThrowsAsync<DatasetNotFoundException>(() => Catalog.GetAsync("faces", Token));
        Assert.Contains("holds none yet", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetPrepared_OtherSize_NamesTheCommand()
    {
        await PublishAsync("faces", size: 48);
        var fault = await Assert.ThrowsAsync<ArtifactException>(() => Catalog.GetPreparedAsync("faces", 224, Token));
        Assert.Contains("ssfer data prepare faces --size 224", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_GivesPublishedDatasetsByName()
    {
        Assert.Empty(await ListAsync());
        await PublishAsync("b", size: 48);
        await PublishAsync("a-b", size: null);
        await PublishAsync("a", size: 48);
        await Sample.WriteAsync(Store, 1, Sample.Draft("unpublished"), cancellationToken: Token);
        var listed = await ListAsync();
        Assert.Equal(["a", "a-b", "b"], listed.Select(dataset => dataset.Name));
        Assert.NotNull(listed[1].Value!.Raw);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<DatasetManifest> PublishAsync(string name, int? size, int items = 2)
    {
        var draft = Sample.Draft(name) with { Kind = size is null ? DatasetKind.Raw : DatasetKind.Prepared, Size = size };
        var manifest = await Sample.WriteAsync(Store, items, draft, cancellationToken: Token);
        await Catalog.PublishAsync(manifest, Token);
        return manifest;
    }

    private async Task<List<Listed<DatasetPointers>>> ListAsync()
    {
        var listed = new List<Listed<DatasetPointers>>();
        await foreach (var dataset in Catalog.ListAsync(Token))
        {
            listed.Add(dataset);
        }

        return listed;
    }
}
