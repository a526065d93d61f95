using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Runs;

namespace SsFer.Artifacts.Tests.Datasets;

/// <summary>What becomes of a draft when its version is there.</summary>
public sealed partial class DatasetResumeTests
{
    [Fact]
    public async Task Complete_BeforeTheManifest_NothingCanBeRead_AndAfterItTheShardsOfTheDraftAreGone()
    {
        await WriteUpToAsync(Store, Pictures);
        Assert.NotEmpty(DraftShards);
        Assert.DoesNotContain(Files(_folder["store"]).Keys, path => path.EndsWith("manifest.json", StringComparison.Ordinal));

        await WriteAllAsync(Store);
        Assert.Empty(DraftShards);
    }

    [Fact]
    public async Task Resume_OfACompletedDraft_HasTheVersionAndTakesNothing()
    {
        var version = await WriteAllAsync(Store);

        await using var writer = await ResumeAsync(Store);

        Assert.Equal(ArtifactJson.Serialize(version), ArtifactJson.Serialize(writer.Completed!));
        await Assert.ThrowsAsync<InvalidOperationException>(() => AddAsync(writer, 0, 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => CompleteAsync(writer));
    }

    [Theory]
    [InlineData("manifest.json", true)]
    [InlineData("manifest.json", false)]
    [InlineData("tar", true)]
    [InlineData("tar", false)]
    [InlineData("index.jsonl", true)]
    [InlineData("jsonl", true)]
    [InlineData("jsonl", false)]
    public async Task Resume_OfACompletedDraftWhoseVersionIsGoneOrDamaged_StartsAnew(string file, bool gone)
    {
        var version = await WriteAllAsync(Store);
        var path =
            file == "manifest.json"
                ? _folder[$"store/datasets/faces/{version.Version}/{file}"]
                : _folder[$"store/datasets/faces/{Sample.FileOf(version.Shards[1], file)}"];
        if (gone)
        {
            File.Delete(path);
        }
        else
        {
            await File.AppendAllTextAsync(path, "damage", Token);
        }

        await using (var writer = await ResumeAsync(Store))
        {
            Assert.Null(writer.Completed);
            Assert.Equal(0, writer.Sealed);
            Assert.Empty(Drafts);
        }

        if (gone || file != "manifest.json")
        {
            await AssertReadableAsync(await WriteAllAsync(Store));
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Complete_KilledBetweenAnyTwoWrites_GivesTheSameVersion()
    {
        var calm = await WriteAllAsync(new FolderArtifactStore(_folder["calm"]));
        var completedAt = 0;
        for (var allowed = 0; ; allowed++)
        {
            var store = new ObservedStore(new FolderArtifactStore(_folder[$"store-{allowed}"]));
            var left = allowed;
            void Count()
            {
                if (--left < 0)
                {
                    throw new IOException("killed");
                }
            }

            store.BeforeStream = (_, _) => Count();
            store.BeforePut = (_, _) => Completed(Count);
            store.BeforeDelete = _ => Completed(Count);
            var ended = true;
            try
            {
                await WriteAllAsync(store);
            }
            catch (IOException)
            {
                ended = false;
            }

            var made = Files(_folder[$"store-{allowed}"]).Keys.Any(path => path.EndsWith("manifest.json", StringComparison.Ordinal));
            var todo = await LeftToAddAsync(new FolderArtifactStore(_folder[$"store-{allowed}"]));
            Assert.True(!made || todo <= 10, $"{todo} pictures are to be added again though the version is stored");
            completedAt += made && todo == 0 ? 1 : 0;
            Assert.Equal(calm.Version, (await WriteAllAsync(new FolderArtifactStore(_folder[$"store-{allowed}"]))).Version);
            Assert.Equal(Files(_folder["calm"]), Files(_folder[$"store-{allowed}"]));
            if (ended)
            {
                Assert.True(allowed > 20, $"only {allowed} writes were seen");
                Assert.True(completedAt > 10, $"the version was found {completedAt} times");
                return;
            }
        }
    }

    [Fact]
    public async Task Complete_AnyVersion_RemovesDraftsThatWereGivenUp()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await WriteUpToAsync(Store, 25, "old", time);
        time.Advance(TimeSpan.FromDays(20));
        await WriteUpToAsync(Store, 25, "young", time);
        time.Advance(TimeSpan.FromDays(11));

        await WriteAllAsync(Store, time);
        await using var old = await DatasetWriter.ResumeAsync(Store, Sample.Draft(), "old", Options, Token);
        await using var young = await DatasetWriter.ResumeAsync(Store, Sample.Draft(), "young", Options, Token);
        Assert.Equal((0, 21), (old.Sealed, young.Sealed));
        Assert.Equal(2, Drafts.Select(Path.GetDirectoryName).Distinct().Count()); // the young one, and the header of the completed one

        time.Advance(TimeSpan.FromDays(31));
        await using (var other = await DatasetWriter.ResumeAsync(Store, Sample.Draft(), "another", Options with { Time = time }, Token))
        {
            await AddAsync(other, 0, 25);
            await CompleteAsync(other);
        }

        Assert.Single(Drafts); // its own header
    }

    public void Dispose() => _folder.Dispose();
}
