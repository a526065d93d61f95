namespace SsFer.Importing.Tests;

/// <summary>The importer that CONTRIBUTING.md shows does what it says.</summary>
public sealed class FileNamesImporterTests : IDisposable
{
    private readonly Workbench _bench = new();

    private TestMaterial Material => _bench.Material;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_NamesThatBeginWithAClass_GivesTheClass()
    {
        Material.Write("set/happiness_1.png", TestMaterial.Png(1));
        Material.Write("set/fear_1.png", TestMaterial.Png(2));
        Material.Write("set/Fear_2.png", TestMaterial.Png(4));
        Material.Write("set/stray.png", TestMaterial.Png(3));

        var (manifest, items) = await _bench.ImportAllAsync(new FileNamesImporter([Material.Path("set")]));

        Assert.Equal(["Fear", "happiness"], manifest.Classes);
        Assert.Equal(["spellings taken as one class: 'Fear' = 'fear'"], ImportFindings.Of(manifest));
        Assert.Equal(
            [("Fear", "set/Fear_2.png"), ("Fear", "set/fear_1.png"), ("happiness", "set/happiness_1.png")],
            items.Select(item => (item.Label!, item.Source)).Order()
        );
        Assert.Contains("underscore", Assert.Single(manifest.Rejected).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_NoNameBeginsWithAClass_SaysWhatIsExpected()
    {
        Material.Write("set/stray.png", TestMaterial.Png(1));

        var refused = await Assert.ThrowsAsync<ImportException>(() => _bench.ImportAsync(new FileNamesImporter([Material.Path("set")])));

        Assert.Contains("happiness_0001.png", refused.Message, StringComparison.Ordinal);
    }
}
