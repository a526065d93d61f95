using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;

namespace SsFer.Importing.Tests;

public sealed class FacesImporterTests : IDisposable
{
    private readonly TestMaterial _material = new();
    private readonly FolderArtifactStore _store;

    public FacesImporterTests() => _store = new FolderArtifactStore(_material.Path("store"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _material.Dispose();

    [Fact]
    public async Task Import_NestedIdentities_KeepsBytesAndExtensionAndNoLabel()
    {
        var (a, b) = (TestMaterial.Png(1), TestMaterial.Png(2));
        var zip = _material.Zip("web.zip", ("Ann/deep/1.PNG", a), ("Bob/1.png", b));

        var manifest = await ImportAsync([zip]);

        Assert.Empty(manifest.Classes);
        Assert.Equal(2, manifest.Counts["train"][""]);
        var entries = await EntriesAsync(manifest);
        Assert.Equal(
            [("Ann-deep-1", "web.zip/Ann/deep/1.PNG"), ("Bob-1", "web.zip/Bob/1.png")],
            entries.Select(e => (e.Entry.Item.Key, e.Entry.Item.Source))
        );
        Assert.Equal("png", entries[0].Entry.Extension);
        Assert.Equal(a, entries[0].Content);
        Assert.Equal(new PictureDecoder().Decode(a, "a").PixelHash(), entries[0].Entry.Item.PixelHash);
        Assert.Equal(manifest.Version, (await new DatasetCatalog(_store).GetAsync("faces", Token)).Raw);
    }

    [Fact]
    public async Task Import_BrokenBombTextAndEmpty_AreRejectedWithReasonsAndTheRestIsStored()
    {
        var good = TestMaterial.Png(1);
        var zip = _material.Zip(
            "a.zip",
            ("good.png", good),
            ("cut.png", good[..^20]),
            ("bomb.png", TestMaterial.Bomb()),
            ("text.png", "I am a text"u8.ToArray()),
            ("notes.txt", "so am I"u8.ToArray()),
            ("empty.png", []),
            ("huge.png", new byte[5000])
        );

        var manifest = await ImportAsync([zip], new ImportOptions { Budget = new ImageBudget { MaxEncodedBytes = 4000 } });

        Assert.Equal(1, manifest.Counts["train"][""]);
        var reasons = manifest.Rejected.ToDictionary(item => item.Source, item => item.Reason);
        Assert.Equal(
            ["a.zip/bomb.png", "a.zip/cut.png", "a.zip/empty.png", "a.zip/huge.png", "a.zip/notes.txt", "a.zip/text.png"],
            reasons.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Contains("60000 x 60000 pixels, over the limit", reasons["a.zip/bomb.png"], StringComparison.Ordinal);
        Assert.Equal("has 5000 bytes, over the limit of 4000", reasons["a.zip/huge.png"]);
        Assert.Contains("not an image", reasons["a.zip/text.png"], StringComparison.Ordinal);
        Assert.Contains("cut short", reasons["a.zip/cut.png"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OnlyBrokenPictures_FailsNamingTheFirstAndPublishesNothing()
    {
        var zip = _material.Zip("a.zip", ("1.png", [1, 2, 3]), ("2.png", [4]));

        var error = await Assert.ThrowsAsync<ImportException>(() => ImportAsync([zip]));

        Assert.StartsWith(
            "none of the 2 files for 'faces' can be imported; the first, 'a.zip/1.png': ",
            error.Message,
            StringComparison.Ordinal
        );
        await AssertNothingStoredAsync();
    }

    [Fact]
    public async Task Import_NamesThatPointOutside_AreOnlyKeys()
    {
        var zip = _material.Zip(
            "a.zip",
            ("../../outside.png", TestMaterial.Png(1)),
            ("/etc/evil.png", TestMaterial.Png(2)),
            ("..\\win.png", TestMaterial.Png(3))
        );

        var manifest = await ImportAsync([zip]);

        Assert.Equal(["etc-evil", "outside", "win"], (await EntriesAsync(manifest)).Select(e => e.Entry.Item.Key));
        Assert.Empty(Directory.GetFiles(_material.Root, "*.png", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Import_SamePixelsTwice_MarksTheLaterOne()
    {
        var webp = new Picture(8, 8, [.. new PictureDecoder().Decode(TestMaterial.Png(1), "a").Pixels]).EncodePng();
        var zip = _material.Zip("a.zip", ("a.png", TestMaterial.Png(1)), ("b.png", TestMaterial.Png(2)), ("c.png", webp));

        var manifest = await ImportAsync([zip]);

        Assert.Equal([null, null, "a"], (await EntriesAsync(manifest)).Select(e => e.Entry.Item.DuplicateOf));
        Assert.Equal("1", manifest.Provenance["duplicates"]);
    }

    [Fact]
    public async Task Import_Twice_GivesTheSameVersionWhateverTheParallelism()
    {
        var zip = _material.Zip("a.zip", [.. Enumerable.Range(0, 60).Select(i => ($"{i % 7}/{i}.png", TestMaterial.Png(i)))]);

        var one = await ImportAsync([zip], new ImportOptions { Parallelism = 1 });
        var eight = await ImportAsync([zip], new ImportOptions { Parallelism = 8 });

        Assert.Equal(one.Version, eight.Version);
    }

    [Fact]
    public async Task Import_FolderAndZipWithEqualNames_KeepsBoth()
    {
        _material.Write("set/1.png", TestMaterial.Png(1));
        var zip = _material.Zip("a.zip", ("1.png", TestMaterial.Png(2)));

        var manifest = await ImportAsync([zip, _material.Path("set")]);

        Assert.Equal(["a.zip/1.png", "set/1.png"], (await EntriesAsync(manifest)).Select(e => e.Entry.Item.Source));
    }

    [Fact]
    public async Task Import_CancelledMidway_LeavesNoVersion()
    {
        var zip = _material.Zip("a.zip", [.. Enumerable.Range(0, 100).Select(i => ($"{i}.png", TestMaterial.Png(i)))]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new ActionProgress(state =>
        {
            if (state.Done == 30)
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new FacesImporter([zip]).ImportAsync(_store, "faces", new ImportOptions(), progress, stop.Token)
        );

        await AssertNothingStoredAsync();
    }

    [Fact]
    public async Task Import_Progress_TellsWhereItBeginsAndCountsEveryPicture()
    {
        var zip = _material.Zip("a.zip", ("a.png", TestMaterial.Png(1)), ("b.png", [1]), ("c.png", TestMaterial.Png(3)));
        var seen = new List<ImportProgress>();

        await new FacesImporter([zip]).ImportAsync(_store, "faces", new ImportOptions(), new ActionProgress(seen.Add), Token);

        Assert.Equal(
            [new ImportProgress(0, 3, 0), new ImportProgress(1, 3, 0), new ImportProgress(2, 3, 1), new ImportProgress(3, 3, 1)],
            seen
        );
    }

    [Fact]
    public async Task Import_EmptyDirectory_SaysSo()
    {
        Directory.CreateDirectory(_material.Path("empty"));

        var error = await Assert.ThrowsAsync<ImportException>(() => ImportAsync([_material.Path("empty")]));

        Assert.Contains($"there is no file in '{_material.Path("empty")}'", error.Message, StringComparison.Ordinal);
    }

    private Task<DatasetManifest> ImportAsync(IReadOnlyList<string> paths, ImportOptions? options = null) =>
        new FacesImporter(paths).ImportAsync(_store, "faces", options ?? new ImportOptions(), null, Token);

    private Task<List<(DatasetEntry Entry, byte[] Content)>> EntriesAsync(DatasetManifest manifest) =>
        _material.ReadAllAsync(_store, manifest, Token);

    private async Task AssertNothingStoredAsync()
    {
        Assert.Null(await new DatasetCatalog(_store).FindAsync("faces", Token));
        await foreach (var artifact in _store.ListAsync("datasets/", Token))
        {
            Assert.Fail($"'{artifact.Path}' was left behind");
        }
    }

    private sealed class ActionProgress(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}
