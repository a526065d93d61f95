using SsFer.Importing.Folders;
using SsFer.Importing.Labels;
using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

/// <summary>Pictures with several labels, by rows or by copies with equal pixels: said, listed, and treated as chosen.</summary>
public sealed class ContradictionTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(null, "x", 3, "3 pictures have")]
    [InlineData(Contradictions.LeaveOut, "x", 3, "3 pictures have")]
    [InlineData(Contradictions.Keep, "a a b x", 0, "3 pictures have")]
    [InlineData(Contradictions.Votes, "a a a x", 0, "3 pictures have")]
    public async Task Import_EqualPixelsUnderTwoLabels_AreTreatedAsChosen(Contradictions? choice, string labels, int rejected, string said)
    {
        var zip = _bench.Material.Zip(
            "z.zip",
            ("a/1.png", TestMaterial.Png(1)),
            ("a/2.png", TestMaterial.Png(1)),
            ("b/3.png", TestMaterial.Png(1)),
            ("x/4.png", TestMaterial.Png(2))
        );

        var (manifest, items) = await _bench.ImportAllAsync(new FoldersImporter([zip]), new ImportOptions { Contradictions = choice });

        Assert.Equal(labels, string.Join(' ', items.Select(item => item.Label)));
        Assert.Equal(rejected, manifest.Rejected.Count);
        Assert.StartsWith(said, ImportFindings.Of(manifest)[0], StringComparison.Ordinal);
        if (rejected > 0)
        {
            Assert.Contains(
                "z.zip/b/3.png: has the pixels of 'z.zip/a/1.png' under another label (b here, a there)",
                Workbench.Rejections(manifest)
            );
        }
    }

    [Theory]
    [InlineData(Contradictions.LeaveOut, "b")]
    [InlineData(Contradictions.Keep, "a c b")]
    [InlineData(Contradictions.Votes, "a b")]
    public async Task Import_RowsOfOnePictureThatContradict_AreTreatedAsChosen(Contradictions choice, string labels)
    {
        _bench.Material.Write("img/1.png", TestMaterial.Png(1));
        _bench.Material.Write("img/2.png", TestMaterial.Png(2));
        var table = _bench.WriteLines("t.csv", "image,label", "1.png,a", "1.png,c", "1.png,a", "2.png,b", "2.png,b", "2.png,");

        var importer = new CsvImporter([_bench.Material.Path("img")], table, new CsvColumns { Image = "image", Label = "label" });
        var (manifest, items) = await _bench.ImportAllAsync(importer, new ImportOptions { Contradictions = choice });

        Assert.Equal(labels.Split(' ').Order(StringComparer.Ordinal), items.Select(item => item.Label!).Order(StringComparer.Ordinal));
        Assert.Equal(("1", "3"), (manifest.Provenance["contradictingPictures"], manifest.Provenance["repeatedRows"]));
        Assert.Equal(
            choice == Contradictions.Votes,
            manifest.Provenance.GetValueOrDefault("contradictionList", "").EndsWith("; by votes a", StringComparison.Ordinal)
        );
    }
}
