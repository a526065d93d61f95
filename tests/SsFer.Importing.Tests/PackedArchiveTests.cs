using System.IO.Compression;
using SsFer.Importing.Adience;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Folders;
using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

/// <summary>Archives packed with gzip, as Adience and LFW are distributed: they are not read, but the message says what to do.</summary>
public sealed class PackedArchiveTests : IDisposable
{
    private readonly Workbench _bench = new();

    private TestMaterial Material => _bench.Material;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_PackedArchive_FailsWithTheCureWhateverItIsCalled()
    {
        var packed = Pack("lfw");
        var table = _bench.WriteLines("t.csv", "file,age", "a.png,3");
        var expected = $"'{packed}' is packed with gzip: unpack it (tar -xzf {packed}), then give the folder";

        Assert.Equal(expected, await _bench.FailAsync(new FoldersImporter([packed])));
        Assert.Equal(expected, await _bench.FailAsync(new AdienceImporter([packed], AdienceTask.Age)));
        Assert.Equal(expected, await _bench.FailAsync(new CsvImporter([packed], table, new CsvColumns { Image = "file", Label = "age" })));
        Assert.Equal(
            expected,
            await MessageOfAsync(
                new FacesImporter([packed]).ImportAsync(
                    _bench.Store,
                    "set",
                    new ImportOptions(),
                    null,
                    TestContext.Current.CancellationToken
                )
            )
        );
    }

    [Fact]
    public async Task Import_PackedArchiveBesideTheLists_FailsWithTheCure()
    {
        _bench.WriteLines("adience/fold_0_data.txt", "user_id\toriginal_image\tface_id\tage\tgender", "7@N01\ta.jpg\t1\t(25, 32)\tf");
        Pack("adience/aligned.tar.gz");

        var message = await _bench.FailAsync(new AdienceImporter([Material.Path("adience")], AdienceTask.Age));

        Assert.StartsWith("none of the 1 faces of the folds is in", message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; 'adience/aligned.tar.gz' is packed with gzip: unpack it (tar -xzf aligned.tar.gz), then give the folder",
            message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("inner.zip", "is packed with zip: unpack it (unzip inner.zip), then give the folder")]
    [InlineData("faces.rar", "is packed with rar: unpack it (unrar x faces.rar), then give the folder")]
    [InlineData("faces.7z", "is packed with 7z: unpack it (7z x faces.7z), then give the folder")]
    [InlineData("faces.tar", "is packed with tar: unpack it (tar -xf faces.tar), then give the folder")]
    public async Task Import_ArchiveInsideAnArchive_FailsOrIsLeftOutWithTheCure(string name, string cure)
    {
        var alone = Material.Zip("alone.zip", ($"data/{name}", [1, 2, 3]));
        var beside = Material.Zip("beside.zip", ("happy/a.png", TestMaterial.Png(1)), ($"happy/{name}", [1, 2, 3]));

        Assert.EndsWith(cure, await _bench.FailAsync(new FoldersImporter([alone])), StringComparison.Ordinal);
        Assert.Equal([$"beside.zip/happy/{name}: {cure}"], Workbench.Rejections(await _bench.ImportAsync(new FoldersImporter([beside]))));
    }

    [Theory]
    [InlineData("Rar!\u001A\u0007", "rar", "unrar x")]
    [InlineData("7z\u00BC\u00AF\u0027\u001C", "7z", "7z x")]
    public async Task Import_ArchiveOfAnotherKind_FailsWithTheCure(string begin, string kind, string command)
    {
        var path = Material.Write("faces.zip", [.. System.Text.Encoding.Latin1.GetBytes(begin), .. new byte[300]]);

        Assert.Equal(
            $"'{path}' is packed with {kind}: unpack it ({command} {path}), then give the folder",
            await _bench.FailAsync(new FoldersImporter([path]))
        );
    }

    [Fact]
    public async Task Import_FolderWithNothingButAPackedArchive_FailsWithTheCure()
    {
        Pack("packed/lfw.TGZ");
        var votes = Material.Votes("Training,fer0000001.png,10,0,0,0,0,0,0,0,0,0");
        const string Cure = "is packed with gzip: unpack it (tar -xzf lfw.TGZ), then give the folder";

        Assert.EndsWith(Cure, await _bench.FailAsync(new FoldersImporter([Material.Path("packed")])), StringComparison.Ordinal);
        Assert.EndsWith(
            Cure,
            await MessageOfAsync(
                new FacesImporter([Material.Path("packed")]).ImportAsync(
                    _bench.Store,
                    "set",
                    new ImportOptions(),
                    null,
                    TestContext.Current.CancellationToken
                )
            ),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            Cure,
            await MessageOfAsync(
                new FerPlusImporter([Material.Path("packed")], votes, FerPlusRule.Plurality).ImportAsync(
                    _bench.Store,
                    "set",
                    new ImportOptions(),
                    null,
                    TestContext.Current.CancellationToken
                )
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_PackedArchiveBesidePictures_IsRejectedWithTheCure()
    {
        Material.Write("mixed/happy/a.png", TestMaterial.Png(1));
        Pack("mixed/happy/more.tar.gz");

        var manifest = await _bench.ImportAsync(new FoldersImporter([Material.Path("mixed")]));

        Assert.Equal(
            ["mixed/happy/more.tar.gz: is packed with gzip: unpack it (tar -xzf more.tar.gz), then give the folder"],
            Workbench.Rejections(manifest)
        );
    }

    private static async Task<string> MessageOfAsync(Task import) => (await Assert.ThrowsAsync<ImportException>(() => import)).Message;

    private string Pack(string name)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(new byte[2000]);
        }

        return Material.Write(name, packed.ToArray());
    }
}
