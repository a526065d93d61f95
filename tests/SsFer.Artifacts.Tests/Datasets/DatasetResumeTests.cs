using CsCheck;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

[Trait("Category", "Slow")]
public sealed partial class DatasetResumeTests : IDisposable
{
    private const string Input = "the same pictures";
    private const int Pictures = 47; // four full shards and a rest
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder["store"]);

    private DatasetWriterOptions Options => new() { ItemsPerShard = 10, ScratchDirectory = _folder["scratch"] };

    private string[] Drafts =>
        Directory.Exists(_folder["store/datasets/faces/drafts"])
            ? Directory.GetFiles(_folder["store/datasets/faces/drafts"], "*", SearchOption.AllDirectories)
            : [];

    /// <summary>Without the headers, which stay.</summary>
    private IEnumerable<string> DraftShards => Drafts.Where(file => Path.GetFileName(file) != "draft.json");

    [Fact]
    public async Task Complete_StoppedAnywhereAnyNumberOfTimes_GivesTheBytesOfAnUndisturbedWrite()
    {
        var calm = await WriteAllAsync(new FolderArtifactStore(_folder["calm"]));
        var expected = Files(_folder["calm"]);

        await Gen.Int[0, Pictures]
            .Array[0, 4]
            .SampleAsync(
                async stops =>
                {
                    EmptyStore();
                    foreach (var stop in stops)
                    {
                        await WriteUpToAsync(Store, stop);
                    }

                    var manifest = await WriteAllAsync(Store);
                    Assert.Equal(calm.Version, manifest.Version);
                    Assert.Equal(expected, Files(_folder["store"]));
                },
                iter: 40,
                threads: 1
            );
    }

    [Fact]
    public async Task Resume_AfterAnEarlierWriter_GoesOnAfterItsLastFullShard()
    {
        await WriteUpToAsync(Store, 25);

        await using var writer = await ResumeAsync(Store);
        Assert.Equal(21, writer.Sealed); // two shards and the picture rejected within them
        var keys = new List<string>();
        await foreach (var item in writer.SealedItemsAsync(Token))
        {
            keys.Add(item.Key);
        }

        Assert.Equal(Enumerable.Range(0, 21).Where(number => number != Sample.Rejected).Select(number => Sample.Item(number).Key), keys);
    }

    [Fact]
    public async Task Resume_BeforeTheFirstFullShard_StartsAnewAndLeavesNothing()
    {
        await WriteUpToAsync(Store, 9);

        Assert.False(Directory.Exists(_folder["store"]));
        await using var writer = await ResumeAsync(Store);
        Assert.Equal(0, writer.Sealed);
    }

    [Fact]
    public async Task Resume_OtherInputDraftOrShardSize_StartsAnew()
    {
        await WriteUpToAsync(Store, 25);

        await using var input = await DatasetWriter.ResumeAsync(Store, Sample.Draft(), "other pictures", Options, Token);
        await using var draft = await DatasetWriter.ResumeAsync(Store, Sample.Draft() with { Size = 96 }, Input, Options, Token);
        await using var size = await DatasetWriter.ResumeAsync(Store, Sample.Draft(), Input, Options with { ItemsPerShard = 5 }, Token);
        Assert.Equal([0, 0, 0], [input.Sealed, draft.Sealed, size.Sealed]);
    }

    [Fact]
    public async Task Add_FullShards_StandInTheScratchNoLonger()
    {
        await using var writer = await ResumeAsync(Store);
        await AddAsync(writer, 0, 21);
        Assert.Empty(Directory.GetFiles(_folder["scratch"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Add_ScratchOfAWriterThatWasKilled_IsDeletedAndThatOfALivingOneIsNot()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var killed = Directory.CreateDirectory(_folder["scratch/ssfer-dataset-killed"]).FullName;
        Directory.SetLastWriteTimeUtc(killed, time.GetUtcNow().UtcDateTime.AddDays(-3));
        var other = Directory.CreateDirectory(_folder["scratch/mine"]).FullName;
        Directory.SetLastWriteTimeUtc(other, time.GetUtcNow().UtcDateTime.AddDays(-3));
        await using var living = await ResumeAsync(Store, time);
        await AddAsync(living, 0, 3);

        await using var next = await DatasetWriter.ResumeAsync(
            Store,
            Sample.Draft(),
            "other pictures",
            Options with
            {
                Time = time,
            },
            Token
        );
        await AddAsync(next, 0, 3);

        Assert.False(Directory.Exists(killed));
        Assert.True(Directory.Exists(other));
        Assert.Equal(3, Directory.GetDirectories(_folder["scratch"]).Length);
        await AddAsync(living, 3, Pictures);
        await AssertReadableAsync(await CompleteAsync(living));
    }

    [Fact]
    public async Task Complete_TwoWritersInTurns_MakeOneVersionAndNeitherFails()
    {
        await Gen.Int[1, 7]
            .Select(Gen.Int[1, 7])
            .SampleAsync(
                async (one, two) =>
                {
                    EmptyStore();
                    await using var first = await ResumeAsync(Store);
                    await using var second = await ResumeAsync(Store);
                    for (int a = 0, b = 0; a < Pictures || b < Pictures; a += one, b += two)
                    {
                        await AddAsync(first, Math.Min(a, Pictures), Math.Min(a + one, Pictures));
                        await AddAsync(second, Math.Min(b, Pictures), Math.Min(b + two, Pictures));
                    }

                    var versions = new[] { await CompleteAsync(first), await CompleteAsync(second) };
                    Assert.Equal(versions[0].Version, versions[1].Version);
                    Assert.Empty(DraftShards);
                    await AssertReadableAsync(versions[0]);
                },
                iter: 10,
                threads: 1
            );
    }

    [Fact]
    public async Task Complete_WhileASlowerWriterIsHalfWay_TheSlowerFindsTheVersion()
    {
        await using var slow = await ResumeAsync(Store);
        await AddAsync(slow, 0, 25);
        var version = await WriteAllAsync(Store);

        await AddAsync(slow, 25, Pictures);
        Assert.Equal(version.Version, (await CompleteAsync(slow)).Version);
        await AssertReadableAsync(version);
        Assert.Empty(DraftShards);
    }

    [Fact]
    public async Task Add_OtherContentAsTheSameInput_IsRefusedAndTheFirstGoesOn()
    {
        await using var first = await ResumeAsync(Store);
        await using var second = await ResumeAsync(Store);
        await AddAsync(first, 0, 11);

        var fault = await Assert.ThrowsAsync<ArtifactException>(() => AddAsync(second, 20, 31));
        Assert.Contains("shard 0 of dataset 'faces'", fault.Message, StringComparison.Ordinal);

        await AddAsync(first, 11, Pictures);
        await AssertReadableAsync(await CompleteAsync(first));
    }

    [Theory]
    [InlineData(".jsonl")]
    [InlineData(".tar")]
    [InlineData(".json")]
    public async Task Resume_DamagedDraft_IsNamedAndTheNextWriterStartsAnew(string extension)
    {
        await WriteUpToAsync(Store, 25);
        foreach (var file in Drafts.Where(file => file.EndsWith(extension, StringComparison.Ordinal)))
        {
            await File.WriteAllTextAsync(file, "damaged", Token);
        }

        var fault = await Assert.ThrowsAsync<ArtifactException>(() => WriteAllAsync(Store));
        Assert.Contains("datasets/faces/drafts/", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Files(_folder["store"]).Keys, path => path.EndsWith("manifest.json", StringComparison.Ordinal));
        await AssertReadableAsync(await WriteAllAsync(Store));
    }

    private static Task Completed(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private void EmptyStore()
    {
        if (Directory.Exists(_folder["store"]))
        {
            Directory.Delete(_folder["store"], recursive: true);
        }
    }

    private Task<DatasetWriter> ResumeAsync(IArtifactStore store, TimeProvider? time = null) =>
        DatasetWriter.ResumeAsync(store, Sample.Draft(), Input, Options with { Time = time ?? TimeProvider.System }, Token);

    private async Task WriteUpToAsync(IArtifactStore store, int pictures, string input = Input, TimeProvider? time = null)
    {
        await using var writer = await DatasetWriter.ResumeAsync(
            store,
            Sample.Draft(),
            input,
            Options with
            {
                Time = time ?? TimeProvider.System,
            },
            Token
        );
        await AddAsync(writer, writer.Sealed, pictures);
    }

    private async Task<int> LeftToAddAsync(IArtifactStore store)
    {
        await using var writer = await ResumeAsync(store);
        return writer.Completed is null ? Pictures - writer.Sealed : 0;
    }

    private async Task<DatasetManifest> WriteAllAsync(IArtifactStore store, TimeProvider? time = null)
    {
        await using var writer = await ResumeAsync(store, time);
        if (writer.Completed is { } completed)
        {
            return completed;
        }

        await AddAsync(writer, writer.Sealed, Pictures);
        return await CompleteAsync(writer);
    }

    private static async Task AddAsync(DatasetWriter writer, int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            if (number == Sample.Rejected)
            {
                writer.Reject("faces.zip/broken.png", "not a picture");
            }
            else
            {
                await writer.AddAsync(Sample.Item(number), Sample.Image(number), "png", Token);
            }
        }
    }

    private static Task<DatasetManifest> CompleteAsync(DatasetWriter writer) =>
        writer.CompleteAsync(new Dictionary<string, string> { ["importer"] = "sample" }, Token);

    private async Task AssertReadableAsync(DatasetManifest manifest)
    {
        using var reader = await DatasetReader.OpenAsync(Store, manifest.Name, manifest.Version, _folder["cache"], Token);
        var count = 0;
        await foreach (var entry in reader.EntriesAsync(Token))
        {
            var image = new byte[entry.Length];
            reader.ReadImage(entry, image);
            Assert.Equal(Sample.Image(int.Parse(entry.Item.Key, System.Globalization.CultureInfo.InvariantCulture)), image);
            count++;
        }

        Assert.Equal(Pictures - 1, count);
    }

    private static SortedDictionary<string, string> Files(string root) =>
        new(
            (
                Directory.Exists(Path.Combine(root, "datasets"))
                    ? Directory.GetFiles(Path.Combine(root, "datasets"), "*", SearchOption.AllDirectories)
                    : []
            )
                .Where(file => Path.GetFileName(file) != "draft.json") // of a completed draft the header stays, with its date
                .ToDictionary(file => Path.GetRelativePath(root, file), file => Convert.ToBase64String(File.ReadAllBytes(file))),
            StringComparer.Ordinal
        );
}
