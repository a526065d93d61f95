using System.Formats.Tar;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

public sealed class DatasetWriterTests : IDisposable
{
    private static readonly Dictionary<string, string> NoProvenance = [];
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder["store"]);

    private DatasetWriterOptions Options => new() { ItemsPerShard = 10, ScratchDirectory = _folder["scratch"] };

    [Fact]
    public async Task Complete_Manifest_TellsWhatIsThere()
    {
        var manifest = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        Assert.Equal(manifest.Shards.Select(shard => $"shards/{shard.Sha256}.tar"), manifest.Shards.Select(shard => shard.File));
        Assert.Equal([10, 10, 5], manifest.Shards.Select(shard => shard.Items));
        Assert.Equal(25, manifest.Pictures);
        Assert.Equal(["train", "validation"], manifest.Counts.Keys);
        Assert.Equal(
            new Dictionary<string, int>
            {
                [""] = 6,
                ["happiness"] = 7,
                ["neutral"] = 7,
            },
            manifest.Counts["train"]
        );
        Assert.Equal(
            new Dictionary<string, int>
            {
                [""] = 2,
                ["happiness"] = 1,
                ["neutral"] = 2,
            },
            manifest.Counts["validation"]
        );
        Assert.Equal([new RejectedItem("faces.zip/broken.png", "not a picture")], manifest.Rejected);
        Assert.Equal("sample", manifest.Provenance["importer"]);
        Assert.Matches("^[0-9a-f]{16}$", manifest.Version);
    }

    [Fact]
    public async Task Complete_Shards_AreSortedWebDatasetTarsWithoutTraceOfTheirMaking()
    {
        var manifest = await Sample.WriteAsync(Store, 12, options: Options, cancellationToken: Token);
        var names = new List<string>();
        foreach (var shard in manifest.Shards)
        {
            await using var file = await Store.OpenReadAsync($"datasets/faces/{shard.File}", Token);
            await using var tar = new TarReader(file);
            while (await tar.GetNextEntryAsync(copyData: true, Token) is { } entry)
            {
                names.Add(entry.Name);
                Assert.Equal(TarEntryFormat.Ustar, entry.Format);
                Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime);
                Assert.Equal((0, 0), (entry.Uid, entry.Gid));
                if (entry.Name == "00000011.json")
                {
                    using var facts = JsonDocument.Parse(entry.DataStream!);
                    Assert.Equal("faces.zip/é 11.png", facts.RootElement.GetProperty("source").GetString());
                    Assert.Equal([1.5f, 2.25f, 40, 44.125f], facts.RootElement.GetProperty("box").Deserialize<float[]>()!);
                    Assert.False(facts.RootElement.TryGetProperty("label", out _));
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, 12).SelectMany(number => new[] { $"{number:00000000}.png", $"{number:00000000}.json" }), names);
    }

    [Fact]
    public async Task Complete_SameContentTwice_SameVersionSameBytesAndNoHarm()
    {
        var first = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        var before = Snapshot();
        var second = await Sample.WriteAsync(Store, 25, options: Options, cancellationToken: Token);
        Assert.Equal(first.Version, second.Version);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task Complete_OrderOfRulesAndRejections_DoesNotMatter()
    {
        async Task<DatasetManifest> WriteAsync(string[] rules, string[] rejected)
        {
            await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
            var item = Sample.Item(1) with { LabelsByRule = rules.ToDictionary(rule => rule, string? (_) => "neutral") };
            await writer.AddAsync(item, Sample.Image(1), "png", Token);
            Array.ForEach(rejected, source => writer.Reject(source, "broken"));
            return await writer.CompleteAsync(NoProvenance, Token);
        }

        Assert.Equal((await WriteAsync(["a", "b"], ["x", "y"])).Version, (await WriteAsync(["b", "a"], ["y", "x"])).Version);
    }

    [Fact]
    public async Task Version_OtherContentOrDescription_Differs_OtherNameDoesNot()
    {
        var versions = new List<string>();
        foreach (
            var draft in new[]
            {
                Sample.Draft(),
                Sample.Draft() with
                {
                    Size = 96,
                },
                Sample.Draft() with
                {
                    Classes = ["neutral", "happiness"],
                },
                Sample.Draft() with
                {
                    Provenance = new Dictionary<string, string> { ["border"] = "0.5" },
                },
            }
        )
        {
            versions.Add((await Sample.WriteAsync(Store, 5, draft, Options, Token)).Version);
        }

        versions.Add((await Sample.WriteAsync(Store, 6, options: Options, cancellationToken: Token)).Version);
        Assert.Equal(versions.Count, versions.Distinct().Count());
        Assert.Equal(versions[0], (await Sample.WriteAsync(Store, 5, Sample.Draft("others"), Options, Token)).Version);
    }

    [Fact]
    public async Task Complete_DamagedShard_IsMended()
    {
        var manifest = await Sample.WriteAsync(Store, 5, options: Options, cancellationToken: Token);
        var shard = _folder[$"store/datasets/faces/{manifest.Shards[0].File}"];
        var whole = await File.ReadAllBytesAsync(shard, Token);
        await File.WriteAllTextAsync(shard, "damaged", Token);
        await Sample.WriteAsync(Store, 5, options: Options, cancellationToken: Token);
        Assert.Equal(whole, await File.ReadAllBytesAsync(shard, Token));
    }

    [Theory]
    [InlineData(6, 5)]
    [InlineData(6, 6)]
    public async Task Add_KeyNotGreaterThanTheLast_Throws(int first, int second)
    {
        await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
        await writer.AddAsync(Sample.Item(first), Sample.Image(first), "png", Token);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            writer.AddAsync(Sample.Item(second), Sample.Image(second), "png", Token)
        );
        Assert.Contains(Sample.Item(second).Key, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_OrderOfKeys_IsOrdinal()
    {
        await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
        foreach (var key in new[] { "B", "a", "a-b", "a/b", "ab" })
        {
            await writer.AddAsync(Sample.Item(0) with { Key = key }, Sample.Image(0), "png", Token);
        }

        Assert.Equal(5, Assert.Single((await writer.CompleteAsync(NoProvenance, Token)).Shards).Items);
    }

    public static TheoryData<string> ImpossibleKeys => ["", "a.b", "a/", "../a", "a\\b", "a\n", new string('a', 96)];

    [Theory]
    [MemberData(nameof(ImpossibleKeys))]
    public async Task Add_KeyThatCannotNameAFile_Throws(string key)
    {
        await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            writer.AddAsync(Sample.Item(0) with { Key = key }, Sample.Image(0), "png", Token)
        );
    }

    [Fact]
    public async Task Add_ItemThatContradictsTheDraft_ThrowsAndTheWriterGoesOn()
    {
        await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
        var item = Sample.Item(1);
        foreach (
            var (wrong, extension, image) in new[]
            {
                (item with { Split = "training" }, "png", Sample.Image(1)),
                (item with { Label = "joy" }, "png", Sample.Image(1)),
                (item with { Box = [1, 2, 3] }, "png", Sample.Image(1)),
                (item, "json", Sample.Image(1)),
                (item, "p/g", Sample.Image(1)),
                (item, "png", Array.Empty<byte>()),
            }
        )
        {
            var fault = await Assert.ThrowsAsync<ArgumentException>(() => writer.AddAsync(wrong, image, extension, Token));
            Assert.Contains(item.Source, fault.Message, StringComparison.Ordinal);
        }

        await writer.AddAsync(item, Sample.Image(1), ".PNG", Token);
        Assert.Equal(1, (await writer.CompleteAsync(NoProvenance, Token)).Counts["train"]["happiness"]);
    }

    [Fact]
    public async Task Complete_NoPicture_SaysWhyNone()
    {
        await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
        writer.Reject("one.png", "no face");
        var fault = await Assert.ThrowsAsync<ArtifactException>(() => writer.CompleteAsync(NoProvenance, Token));
        Assert.Contains("one.png", fault.Message, StringComparison.Ordinal);
        Assert.Contains("no face", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WithoutComplete_LeavesNothing()
    {
        await using (var writer = DatasetWriter.Create(Store, Sample.Draft(), Options))
        {
            for (var number = 0; number < 15; number++)
            {
                await writer.AddAsync(Sample.Item(number), Sample.Image(number), "png", Token);
            }

            var scratch = Assert.Single(Directory.EnumerateFileSystemEntries(_folder["scratch"]));
            Assert.True(
                OperatingSystem.IsWindows()
                    || File.GetUnixFileMode(scratch) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
            );
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["scratch"]));
        Assert.False(Directory.Exists(_folder["store"]));
    }

    [Fact]
    public async Task Add_ScratchFull_BreaksTheWriterAndStoresNothing()
    {
        using var disk = TinyDisk.MountOrSkip();
        await using (
            var writer = DatasetWriter.Create(Store, Sample.Draft(), Options with { ScratchDirectory = disk.Path, ItemsPerShard = 4096 })
        )
        {
            await Assert.ThrowsAsync<StorageFullException>(async () =>
            {
                for (var number = 0; number < 4096; number++)
                {
                    await writer.AddAsync(Sample.Item(number), Sample.Image(number), "png", Token);
                }
            });
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(NoProvenance, Token));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
        Assert.False(Directory.Exists(_folder["store"]));
    }

    [Fact]
    public async Task Complete_StoreFull_ShowsNoVersionAndCanBeRepeated()
    {
        using var disk = TinyDisk.MountOrSkip();
        var store = new FolderArtifactStore(disk.Path);
        var filler = Path.Combine(disk.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[900_000], Token);
        await using var writer = DatasetWriter.Create(store, Sample.Draft(), Options with { ItemsPerShard = 50 });
        for (var number = 0; number < 200; number++)
        {
            await writer.AddAsync(Sample.Item(number), Sample.Image(number), "png", Token);
        }

        await Assert.ThrowsAsync<StorageFullException>(() => writer.CompleteAsync(NoProvenance, Token));
        var stored = new List<string>();
        await foreach (var artifact in store.ListAsync("datasets/", Token))
        {
            stored.Add(artifact.Path);
        }

        Assert.DoesNotContain(stored, path => path.EndsWith("manifest.json", StringComparison.Ordinal));

        File.Delete(filler);
        var manifest = await writer.CompleteAsync(NoProvenance, Token);
        using var reader = await DatasetReader.OpenAsync(store, "faces", manifest.Version, _folder["cache"], Token);
        Assert.Equal(4, reader.Manifest.Shards.Count);
    }

    [Theory]
    [InlineData("Faces")]
    [InlineData("")]
    [InlineData("-faces")]
    [InlineData("faces/one")]
    [InlineData("faces\n")]
    public void Create_NameThatCannotBe_Throws(string name) =>
        Assert.Throws<ArgumentException>(() => DatasetWriter.Create(Store, Sample.Draft(name)));

    [Fact]
    public void Create_DraftThatContradictsItself_Throws()
    {
        Assert.Throws<ArgumentException>(() => DatasetWriter.Create(Store, Sample.Draft() with { Size = null }));
        Assert.Throws<ArgumentException>(() => DatasetWriter.Create(Store, Sample.Draft() with { Kind = DatasetKind.Raw }));
        Assert.Throws<ArgumentException>(() => DatasetWriter.Create(Store, Sample.Draft() with { Classes = ["a", "a"] }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            DatasetWriter.Create(Store, Sample.Draft(), new DatasetWriterOptions { ItemsPerShard = 0 })
        );
    }

    public void Dispose() => _folder.Dispose();

    private SortedDictionary<string, string> Snapshot() =>
        new(
            Directory
                .GetFiles(_folder["store/datasets"], "*", SearchOption.AllDirectories)
                .ToDictionary(file => file, file => Convert.ToBase64String(File.ReadAllBytes(file))),
            StringComparer.Ordinal
        );
}
