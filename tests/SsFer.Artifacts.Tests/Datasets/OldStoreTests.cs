using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

/// <summary>
/// Versions from before there were label tables, whose shards lie in the folder of the version and hold the labels: they are read, and
/// labelled anew without a picture being written.
/// </summary>
public sealed class OldStoreTests : IDisposable
{
    private const string Name = "old";
    private readonly TemporaryFolder _folder = new();

    public OldStoreTests()
    {
        var stored = Path.Combine(AppContext.BaseDirectory, "Datasets", "OldStore");
        foreach (var file in Directory.EnumerateFiles(stored, "*", SearchOption.AllDirectories))
        {
            var copy = _folder[Path.Combine("store", Path.GetRelativePath(stored, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder["store"]);

    private DatasetCatalog Catalog => new(Store);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_OldVersion_GivesItsPicturesAndLabels(bool fetched)
    {
        var current = await Catalog.GetAsync(Name, Token);

        foreach (var version in new[] { current.Raw!, current.Prepared[8] })
        {
            IArtifactStore store = fetched ? new DownloadedStore(Store) : Store;
            using var reader = await DatasetReader.OpenAsync(store, Name, version, _folder["cache"], Token);
            var entries = await reader.EntriesAsync(Token).ToListAsync(Token);

            AssertItems(entries.Select(entry => entry.Item));
            AssertItems(await Catalog.ItemsAsync(reader.Manifest, Token).ToListAsync(Token));
            Assert.Equal(Enumerable.Range(0, 6), entries.Select(entry => entry.Position));
            Assert.All(entries, entry => Assert.Equal("PNG"u8.ToArray(), Read(reader, entry)[1..4]));
            Assert.Equal(6, reader.Manifest.Pictures);
            Assert.NotNull(await Catalog.FindSoundAsync(Name, version, Token));
        }
    }

    [Fact]
    public async Task Relabel_OldVersion_NamesItsShardsAndWritesLabelTablesAlone()
    {
        var source = await Catalog.ReadManifestAsync(Name, (await Catalog.GetAsync(Name, Token)).Prepared[8], Token);
        var draft = new DatasetDraft
        {
            Name = Name,
            Kind = source.Kind,
            Size = source.Size,
            Classes = source.Classes,
            Provenance = source.Provenance,
        };

        var relabelled = await new Relabelling(Store).WriteAsync(
            source,
            draft,
            item => new(item.Key == "face-5" ? null : item with { Label = "happiness" }),
            Token
        );
        var again = await new Relabelling(Store).WriteAsync(relabelled, draft, item => new(item), Token);

        Assert.Equal(relabelled.Version, again.Version);
        Assert.Equal(source.Shards.Select(shard => $"{source.Version}/{shard.File}"), relabelled.Shards.Select(shard => shard.File));
        Assert.False(Directory.Exists(_folder["store/datasets/old/shards"]));
        using var reader = await DatasetReader.OpenAsync(Store, Name, relabelled.Version, _folder["cache"], Token);
        var entries = await reader.EntriesAsync(Token).ToListAsync(Token);
        Assert.Equal(5, entries.Count);
        Assert.All(entries, entry => Assert.Equal("happiness", entry.Item.Label));
        Assert.All(entries, entry => Assert.Equal("PNG"u8.ToArray(), Read(reader, entry)[1..4]));
        Assert.Equal("face-1", entries[4].Item.DuplicateOf);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Read(DatasetReader reader, DatasetEntry entry)
    {
        var image = new byte[entry.Length];
        reader.ReadImage(entry, image);
        return image;
    }

    private static void AssertItems(IEnumerable<DatasetItem> items)
    {
        var all = items.ToList();
        Assert.Equal(Enumerable.Range(0, 6).Select(number => $"face-{number}"), all.Select(item => item.Key));
        Assert.Equal(["neutral", "happiness", null, "neutral", "happiness", null], all.Select(item => item.Label));
        Assert.Equal(["train", "train", "train", "train", "train", "validation"], all.Select(item => item.Split));
        Assert.Equal("face-1", all[4].DuplicateOf);
        Assert.Equal(["majority", "plurality"], all[0].LabelsByRule!.Keys);
        Assert.Equal("faces.zip/3.png", all[3].Source);
        Assert.Equal($"{3:x64}", all[3].PixelHash);
    }
}
