using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

[Collection(MeasuresMemory.Name)]
[Trait("Category", "Slow")]
public sealed class DatasetMemoryTests : IDisposable
{
    private const int Few = 2_000,
        Many = 20_000;

    // One item is about 700 bytes in memory, so 18,000 kept ones would be 12 MiB; buffers that pools keep for each thread are not
    // items
    private const long Allowed = 4 << 20;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WritingAndEnumerating_TenTimesThePictures_KeepNoMoreMemory()
    {
        var store = new DownloadedStore(new FolderArtifactStore(_folder["store"]));
        await using var writer = DatasetWriter.Create(
            store,
            Sample.Draft(),
            new DatasetWriterOptions { ItemsPerShard = 1000, ScratchDirectory = _folder["scratch"] }
        );
        var growth = new MemoryGrowth();
        for (var number = 0; number < Many; number++)
        {
            await writer.AddAsync(Sample.Item(number), Sample.Image(number), "png", Token);
            growth.Note(number + 1);
        }

        Assert.InRange(growth.Bytes, long.MinValue, Allowed);

        var manifest = await writer.CompleteAsync(new Dictionary<string, string>(), Token);
        using var reader = await DatasetReader.OpenAsync(store, "faces", manifest.Version, _folder["cache"], Token);
        growth = new MemoryGrowth();
        var entries = 0;
        var image = new byte[2048];
        await foreach (var entry in reader.EntriesAsync(Token))
        {
            reader.ReadImage(entry, image);
            growth.Note(++entries);
        }

        Assert.Equal(Many, entries);
        Assert.InRange(growth.Bytes, long.MinValue, Allowed);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class MemoryGrowth
    {
        private long _few;

        public long Bytes { get; private set; } = long.MaxValue;

        public void Note(int count)
        {
            if (count == Few)
            {
                _few = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (count == Many)
            {
                Bytes = GC.GetTotalMemory(forceFullCollection: true) - _few;
            }
        }
    }
}
