using SsFer.Importing.Folders;
using SsFer.Importing.Labels;

namespace SsFer.Importing.Tests;

/// <summary>Runs while no other test does: it looks at the memory of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    public const string Name = "measures memory";
}

[Collection(MeasuresMemory.Name)]
public sealed class ImportMemoryTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Import_LargeZip_KeepsMemoryFlat()
    {
        // 80 pictures of a megapixel: 240 MB encoded, as much again decoded.
        var noise = new byte[1000 * 1000 * 3];
        new Random(1).NextBytes(noise);
        var picture = new Faces.Imaging.Picture(1000, 1000, noise).EncodePng();
        var zip = _bench.Material.Zip("a.zip", [.. Enumerable.Range(0, 80).Select(i => ($"{i % 4}/{i}.png", picture))]);
        var most = 0L;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var progress = new Sampler(done =>
            most = done % 10 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most
        );

        await new FoldersImporter([zip]).ImportAsync(
            _bench.Store,
            "set",
            new ImportOptions { Parallelism = 2, Contradictions = Contradictions.Keep },
            progress,
            TestContext.Current.CancellationToken
        );

        Assert.InRange(most, 1, 64L << 20);
    }

    private sealed class Sampler(Action<int> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value.Done);
    }
}
