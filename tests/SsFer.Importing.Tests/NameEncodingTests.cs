using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SsFer.Importing.Folders;
using SsFer.Importing.Pictures;
using SsFer.Importing.Text;

namespace SsFer.Importing.Tests;

/// <summary>Names in archives and folders that are not plain ASCII, and folders that are links.</summary>
public sealed class NameEncodingTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_ZipWithNamesOfAnotherEncoding_IsRefusedUntilItIsDeclared()
    {
        var gbk = TextEncodings.Get("gbk");
        var zip = Zip(gbk, "高兴/1.png", "生气/2.png");

        var refusal = await _bench.FailAsync(new FoldersImporter([zip]));
        var manifest = await _bench.ImportAsync(new FoldersImporter([zip]), new ImportOptions { Encoding = gbk });

        Assert.Contains("gbk reads '高兴'", refusal, StringComparison.Ordinal);
        Assert.Equal(((string[])["生气", "高兴"]).Order(StringComparer.Ordinal), manifest.Classes);
    }

    [Fact]
    public async Task Import_ZipThatSaysUtf8_IsReadSoWhateverIsDeclared()
    {
        var zip = _bench.Material.Zip("a.zip", ("glücklich/1.png", TestMaterial.Png(1)), ("böse/2.png", TestMaterial.Png(2)));

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip]), new ImportOptions { Encoding = TextEncodings.Get("gbk") });

        Assert.Equal(["böse", "glücklich"], manifest.Classes);
    }

    [Fact]
    public void Names_UnicodePathOfInfoZip_IsTakenWhereItsChecksumFits()
    {
        byte[] raw = [0x81, (byte)'/', (byte)'1'];
        Assert.Equal(["ü/1"], Read(raw, Crc32.HashToUInt32(raw)));
        Assert.Throws<ImportException>(() => Read(raw, 0));

        List<string> Read(byte[] name, uint checksum)
        {
            byte[] path = [1, .. BitConverter.GetBytes(checksum), .. "ü/1"u8];
            byte[] extra = [0x75, 0x70, (byte)path.Length, 0, .. path];
            var header = new byte[46];
            "PK\u0001\u0002"u8.CopyTo(header);
            (header[28], header[30]) = ((byte)name.Length, (byte)extra.Length);
            var end = new byte[22];
            "PK\u0005\u0006"u8.CopyTo(end);
            end[10] = 1;
            return ZipNames.Read(new MemoryStream([.. header, .. name, .. extra, .. end]), "a.zip", null);
        }
    }

    [Fact]
    public async Task Import_ClassFolderThatIsALink_IsFollowedWithoutCircles()
    {
        _bench.Material.Write("set/glad/1.png", TestMaterial.Png(1));
        _bench.Material.Write("elsewhere/2.png", TestMaterial.Png(2));
        Directory.CreateSymbolicLink(_bench.Material.Path("set/sad"), _bench.Material.Path("elsewhere"));
        Directory.CreateSymbolicLink(_bench.Material.Path("elsewhere/up"), _bench.Material.Path("elsewhere"));
        Directory.CreateSymbolicLink(_bench.Material.Path("set/glad/again"), _bench.Material.Path("set"));

        var (manifest, items) = await _bench.ImportAllAsync(new FoldersImporter([_bench.Material.Path("set")]));

        Assert.Equal(["glad", "sad"], manifest.Classes);
        Assert.Equal(["set/glad/1.png", "set/sad/2.png"], items.Select(item => item.Source));
    }

    [Fact]
    public async Task Import_FolderGivenThroughALink_IsNotWalkedInCircles()
    {
        _bench.Material.Write("real/set/glad/1.png", TestMaterial.Png(1));
        _bench.Material.Write("real/set/sad/2.png", TestMaterial.Png(2));
        Directory.CreateSymbolicLink(_bench.Material.Path("real/set/glad/loop"), _bench.Material.Path("real/set"));
        Directory.CreateSymbolicLink(_bench.Material.Path("way"), _bench.Material.Path("real"));

        var (manifest, items) = await _bench.ImportAllAsync(new FoldersImporter([_bench.Material.Path("way/set")]));

        Assert.Equal(["glad", "sad"], manifest.Classes);
        Assert.Equal(["set/glad/1.png", "set/sad/2.png"], items.Select(item => item.Source));
    }

    [Fact]
    public async Task Import_FoldersWithoutAPicture_AreNoClassesAndSaid()
    {
        var zip = _bench.Material.Zip(
            "a.zip",
            ("data/happy/1.png", TestMaterial.Png(1)),
            ("data/sad/2.png", TestMaterial.Png(2)),
            ("data/broken/3.png", [1, 2, 3]),
            ("data/docs/readme.txt", "text"u8.ToArray()),
            ("Annotations/1.xml", "<a/>"u8.ToArray())
        );

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip]));

        Assert.Equal(["happy", "sad"], manifest.Classes);
        Assert.Contains(ImportFindings.Of(manifest), finding =>
            finding.StartsWith("no class, since none of its files is a usable picture", StringComparison.Ordinal)
        );
    }

    private string Zip(Encoding encoding, params string[] names)
    {
        var path = _bench.Material.Path("named.zip");
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create, leaveOpen: false, encoding);
        foreach (var (i, name) in names.Index())
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(TestMaterial.Png(i));
        }

        return path;
    }
}
