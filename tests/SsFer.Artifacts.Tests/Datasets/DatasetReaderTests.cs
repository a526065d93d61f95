using CsCheck;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

[Trait("Category", "Slow")]
public sealed class DatasetReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder["store"]);

    private DatasetWriterOptions Options => new() { ItemsPerShard = 10, ScratchDirectory = _folder["scratch"] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Entries_AndPictures_AreThoseWritten(bool fetched)
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        using var reader = await OpenAsync(fetched ? new DownloadedStore(Store) : Store, manifest);
        var number = 0;
        await foreach (var entry in reader.EntriesAsync(Token))
        {
            Assert.Equal(
                ArtifactJson.Serialize(Sample.Item(number)),
                ArtifactJson.Serialize(entry.Item with { LabelsByRule = Sample.Item(number).LabelsByRule })
            );
            Assert.Equal(Sample.Item(number).LabelsByRule!.OrderBy(rule => rule.Key), entry.Item.LabelsByRule!);
            Assert.Equal((number / 10, "png"), (entry.Shard, entry.Extension));
            Assert.Equal(Sample.Image(number), Read(reader, entry));
            number++;
        }

        Assert.Equal(25, number);
        Assert.Equal(ArtifactJson.Serialize(manifest), ArtifactJson.Serialize(reader.Manifest));
    }

    [Fact]
    public async Task Items_OfAVersion_AreThoseOfItsEntriesAndNoShardIsFetched()
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var store = new DownloadedStore(Store);

        var items = await DatasetReader.ItemsAsync(store, manifest.Name, manifest.Version, _folder["cache"], Token).ToListAsync(Token);

        Assert.Equal(Enumerable.Range(0, 25).Select(number => Sample.Item(number).Key), items.Select(item => item.Key));
        Assert.Equal(2 * manifest.Shards.Count, store.Opened); // an index and a label table each
    }

    [Fact]
    public async Task Datasets_OfAnyShape_RoundTrip()
    {
        var test = 0;
        await Gen.Select(Gen.Byte.Array[1, 2000].Array[1, 12], Gen.Int[1, 5])
            .SampleAsync(
                async (images, itemsPerShard) =>
                {
                    var name = $"faces-{Interlocked.Increment(ref test)}";
                    await using var writer = DatasetWriter.Create(
                        Store,
                        Sample.Draft(name),
                        Options with
                        {
                            ItemsPerShard = itemsPerShard,
                        }
                    );
                    for (var number = 0; number < images.Length; number++)
                    {
                        await writer.AddAsync(Sample.Item(number), images[number], "jpg", Token);
                    }

                    using var reader = await OpenAsync(Store, await writer.CompleteAsync(new Dictionary<string, string>(), Token));
                    var entries = await AllAsync(reader);
                    Assert.Equal(images, entries.Select(entry => Read(reader, entry)));
                },
                iter: 30
            );
    }

    [Fact]
    public async Task ReadImage_ManyThreadsAnyOrder_GivesEachItsPicture()
    {
        var manifest = await Sample.WriteAsync(Store, 40, options: Options, cancellationToken: Token);
        using var reader = await OpenAsync(Store, manifest);
        var entries = await AllAsync(reader);
        Parallel.For(0, 400, turn =>
        {
            var number = turn * 17 % 40;
            Assert.Equal(Sample.Image(number), Read(reader, entries[number]));
        });
    }

    [Fact]
    public async Task ReadImage_DestinationTooShort_Throws()
    {
        var manifest = await Sample.WriteAsync(Store, 1, options: Options, cancellationToken: Token);
        using var reader = await OpenAsync(Store, manifest);
        var entry = Assert.Single(await AllAsync(reader));
        Assert.Throws<ArgumentException>(() => reader.ReadImage(entry, new byte[entry.Length - 1]));
        Assert.Throws<CorruptArtifactException>(() =>
            reader.ReadImage(entry with { Offset = manifest.Shards[0].Bytes - 1, Length = 2 }, new byte[2])
        );
    }

    [Fact]
    public async Task Open_FetchedBefore_FetchesNothingMore()
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var store = new DownloadedStore(Store);
        (await OpenAsync(store, manifest)).Dispose();
        Assert.Equal(9, store.Opened);
        (await OpenAsync(store, manifest)).Dispose();
        Assert.Equal(9, store.Opened);
    }

    [Theory]
    [InlineData("tar", true)]
    [InlineData("tar", false)]
    [InlineData("index.jsonl", true)]
    [InlineData("index.jsonl", false)]
    [InlineData("jsonl", true)]
    [InlineData("jsonl", false)]
    public async Task Open_DamagedShardIndexOrLabelTable_ThrowsNamingIt(string extension, bool fetched)
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var file = Sample.FileOf(manifest.Shards[1], extension);
        if (!fetched)
        {
            (await OpenAsync(Store, manifest)).Dispose(); // so that it was proven once, before the damage
        }

        FlipAByte(_folder[$"store/datasets/faces/{file}"]);
        var fault = await Assert.ThrowsAsync<CorruptArtifactException>(() =>
            OpenAsync(fetched ? new DownloadedStore(Store) : Store, manifest)
        );
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DamagedCache_IsFetchedAgain()
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var store = new DownloadedStore(Store);
        (await OpenAsync(store, manifest)).Dispose();
        FlipAByte(_folder[$"cache/{manifest.Shards[2].Sha256}"]);
        using var reader = await OpenAsync(store, manifest);
        Assert.Equal(10, store.Opened);
        Assert.Equal(Sample.Image(24), Read(reader, (await AllAsync(reader))[24]));
    }

    [Fact]
    public async Task Open_MoreDatasetsThanTheCacheHasRoomFor_KeepsTheBoundAndFetchesAgainWhatWent()
    {
        var first = await Sample.WriteAsync(Store, 25, Sample.Draft("first"), Options, Token);
        var second = await Sample.WriteAsync(Store, 40, Sample.Draft("second"), Options, Token);
        var store = new DownloadedStore(Store);
        var cache = new CacheSpace(_folder["cache"], Bytes(second) * 5 / 4); // either fits with its indexes, both do not
        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var manifest in new[] { first, second })
            {
                var before = store.Opened;
                using var reader = await DatasetReader.OpenAsync(store, manifest.Name, manifest.Version, cache, Token);
                var entries = await AllAsync(reader);
                Assert.Equal(Enumerable.Range(0, entries.Count).Select(Sample.Image), entries.Select(entry => Read(reader, entry)));
                Assert.True(store.Opened > before, "nothing was fetched");
                Assert.True(Directory.GetFiles(_folder["cache"]).Sum(file => new FileInfo(file).Length) <= Bytes(second) * 5 / 4);
            }
        }
    }

    [Fact]
    public async Task Reader_WhoseFilesLeftTheCacheMeanwhile_ReadsOn()
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var store = new DownloadedStore(Store);
        using var reader = await OpenAsync(store, manifest);
        var before = store.Opened;
        Directory.Delete(_folder["cache"], recursive: true);

        var entries = await AllAsync(reader);

        Assert.Equal(Enumerable.Range(0, 25).Select(Sample.Image), entries.Select(entry => Read(reader, entry)));
        Assert.Equal(6, store.Opened - before); // indexes and label tables; the shards were open
    }

    [Fact]
    public async Task Open_FolderStoreAndNoRoomInTheCache_ReadsInPlaceAndDeletesNothing()
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var files = Directory.GetFiles(_folder["store"], "*", SearchOption.AllDirectories);

        using var reader = await DatasetReader.OpenAsync(
            Store,
            manifest.Name,
            manifest.Version,
            new CacheSpace(_folder["store/.cache"], 1),
            Token
        );

        Assert.Equal(25, (await AllAsync(reader)).Count);
        Assert.All(files, file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public async Task Open_ManifestEditedByHand_Throws()
    {
        var manifest = await Sample.WriteAsync(Store, 5, options: Options, cancellationToken: Token);
        var file = _folder[$"store/datasets/faces/{manifest.Version}/manifest.json"];
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, Token)).Replace("\"size\": 48", "\"size\": 96", StringComparison.Ordinal),
            Token
        );
        var fault = await Assert.ThrowsAsync<CorruptArtifactException>(() => OpenAsync(Store, manifest));
        Assert.Contains("manifest.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_MissingVersionOrShard_ThrowsNamingIt()
    {
        var manifest = await Sample.WriteAsync(Store, 5, options: Options, cancellationToken: Token);
        var missing = await Assert.ThrowsAsync<ArtifactNotFoundException>(() =>
            OpenAsync(Store, manifest with { Version = "0123456789abcdef" })
        );
        Assert.Contains("0123456789abcdef", missing.Message, StringComparison.Ordinal);
        await Store.DeleteAsync($"datasets/faces/{manifest.Shards[0].File}", Token);
        missing = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => OpenAsync(Store, manifest));
        Assert.Contains(manifest.Shards[0].File, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_CacheDiskFull_SaysStorageFull()
    {
        using var disk = TinyDisk.MountOrSkip();
        var manifest = await Sample.WriteAsync(Store, 800, options: Options with { ItemsPerShard = 800 }, cancellationToken: Token);
        await Assert.ThrowsAsync<StorageFullException>(() =>
            DatasetReader.OpenAsync(new DownloadedStore(Store), "faces", manifest.Version, disk.Path, Token)
        );
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(disk.Path, ".tmp")));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Read(DatasetReader reader, DatasetEntry entry)
    {
        var image = new byte[entry.Length];
        reader.ReadImage(entry, image);
        return image;
    }

    private static async Task<List<DatasetEntry>> AllAsync(DatasetReader reader)
    {
        var entries = new List<DatasetEntry>();
        await foreach (var entry in reader.EntriesAsync(Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static long Bytes(DatasetManifest manifest) => manifest.Shards.Sum(shard => shard.Bytes);

    private static void FlipAByte(string file)
    {
        var content = File.ReadAllBytes(file);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(file, content);
    }

    private Task<DatasetReader> OpenAsync(IArtifactStore store, DatasetManifest manifest) =>
        DatasetReader.OpenAsync(store, manifest.Name, manifest.Version, _folder["cache"], Token);
}
