using SsFer.Faces.Imaging;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tests;

public sealed class PictureSourceTests : IDisposable
{
    private readonly TestMaterial _material = new();

    public void Dispose() => _material.Dispose();

    [Fact]
    public void Zip_NestedFolders_ListsFilesInOrdinalOrderWithoutHousekeeping()
    {
        var zip = _material.Zip(
            "a.zip",
            ("z/b.png", [1]),
            ("z/a.png", [2]),
            ("Z.png", [3]),
            ("__MACOSX/z/._a.png", [4]),
            ("z/.DS_Store", [5]),
            ("z/", [])
        );

        using var source = PictureSource.Open(zip);

        Assert.Equal(["Z.png", "z/a.png", "z/b.png"], source.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public async Task Directory_Nested_ListsAndReadsFilesInOrdinalOrder()
    {
        _material.Write("faces/b/1.png", [1, 2]);
        _material.Write("faces/a/2.png", [3]);
        _material.Write("faces/.git/config", [4]);

        using var source = PictureSource.Open(_material.Path("faces"));

        Assert.Equal(["a/2.png", "b/1.png"], source.Entries.Select(entry => entry.Name));
        Assert.Equal([1, 2], await source.ReadAsync(source.Entries[1], 100, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Directory_LinkBackToItself_IsNotWalked()
    {
        _material.Write("faces/a.png", [1]);
        Directory.CreateSymbolicLink(_material.Path("faces/again"), _material.Path("faces"));
        File.CreateSymbolicLink(_material.Path("faces/b.png"), _material.Path("faces/a.png"));

        using var source = PictureSource.Open(_material.Path("faces"));

        Assert.Equal(["a.png", "b.png"], source.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public async Task Directory_WithZipsAnywhere_OpensThemAsSourcesOfTheirOwn()
    {
        _material.Write("faces/sub/b.png", [1]);
        _material.Zip("faces/sub/z.zip", ("a.png", [2]));
        _material.Zip("faces/y.ZIP", ("c.png", [3]), ("inner.zip", [4]));

        using var sources = PictureSources.Open([_material.Path("faces")]);

        Assert.Equal(["faces/sub/b.png", "z.zip/a.png", "y.ZIP/c.png", "y.ZIP/inner.zip"], sources.Files.Select(file => file.Description));
        var zipped = sources.Files.Single(file => file.FileName == "a.png");
        await using var stream = await zipped.Source.OpenAsync(zipped.Entry, TestContext.Current.CancellationToken);
        Assert.Equal(2, stream.ReadByte());
    }

    [Fact]
    public void Directory_WithABrokenZip_NamesIt()
    {
        var path = _material.Write("faces/broken.zip", [1, 2, 3]);

        Assert.Contains(
            $"'{path}' cannot be read as a zip archive",
            Assert.Throws<ImportException>(() => PictureSources.Open([_material.Path("faces")])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("b.png", "set/a/b.png", "set/b.png")]
    [InlineData("a/b.png", "set/a/b.png")]
    [InlineData("a\\b.png", "set/a/b.png")]
    [InlineData("./set/b.png", "set/b.png")]
    [InlineData("/home/me/set/b.png", "set/b.png")]
    [InlineData("t/b.png")]
    [InlineData("")]
    public void Find_PathFromAboveOrBelow_GivesTheFilesItMayMean(string path, params string[] expected)
    {
        var zip = _material.Zip("a.zip", ("set/a/b.png", [1]), ("set/b.png", [2]), ("set/c.png", [3]));
        using var source = PictureSource.Open(zip);

        var index = new FileIndex(source.Entries.Select(entry => new SourceFile(source, entry)));

        Assert.Equal(expected, index.Find(path).Select(file => file.Entry.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_OverTheLimit_IsRefusedWithBothNumbers(bool zipped)
    {
        var path = zipped
            ? _material.Zip("a.zip", ("a.png", new byte[11]))
            : Path.GetDirectoryName(_material.Write("faces/a.png", new byte[11]))!;
        using var source = PictureSource.Open(path);

        var error = await Assert.ThrowsAsync<UnreadablePictureException>(() =>
            source.ReadAsync(source.Entries[0], 10, TestContext.Current.CancellationToken)
        );

        Assert.Equal("has 11 bytes, over the limit of 10", error.Reason);
    }

    [Fact]
    public async Task Read_ZipEntryThatHoldsMoreThanItDeclares_InflatesNoFurther()
    {
        var zip = _material.Zip("a.zip", ("a.png", new byte[5000]));
        Declare(zip, 5000, 50);
        using var source = PictureSource.Open(zip);

        // The runtime's inflater stops there by itself; what is left is a picture cut short, which its decoder refuses.
        Assert.Equal(50, (await source.ReadAsync(source.Entries[0], 1000, TestContext.Current.CancellationToken)).Length);
    }

    [Theory]
    [InlineData(11, "holds more than the 10 bytes it declares")]
    [InlineData(9, "is cut short: 10 bytes declared, 9 found")]
    public async Task ReadBounded_LengthOtherThanDeclared_IsRefused(int actual, string reason)
    {
        var error = await Assert.ThrowsAsync<UnreadablePictureException>(() =>
            PictureSource.ReadBoundedAsync(new MemoryStream(new byte[actual]), "a.png", 10, 100, TestContext.Current.CancellationToken)
        );

        Assert.Equal(reason, error.Reason);
    }

    [Fact]
    public async Task ReadBounded_MuchDeclaredAndLittleThere_TakesNoRoomForWhatIsDeclared()
    {
        const int Declared = 500_000_000;
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<UnreadablePictureException>(() =>
            PictureSource.ReadBoundedAsync(new MemoryStream([1]), "a.png", Declared, Declared, TestContext.Current.CancellationToken)
        );

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public async Task ReadBounded_MoreThanIsBelieved_IsReadWhole()
    {
        var content = new byte[5_000_001];
        new Random(1).NextBytes(content);

        Assert.Equal(
            content,
            await PictureSource.ReadBoundedAsync(
                new MemoryStream(content),
                "a.png",
                content.Length,
                content.Length,
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public void Open_ZipWithADirectoryOfMillionsOfEntries_IsRefusedUnread()
    {
        var path = _material.Write("a.zip", []);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(200 << 20); // sparse: where the directory would be
            file.Seek(0, SeekOrigin.End);
            file.Write([(byte)'P', (byte)'K', 5, 6, 0, 0, 0, 0, 0xFE, 0xFF, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }

        var error = Assert.Throws<ImportException>(() => PictureSource.Open(path));

        Assert.Contains("has more entries than an archive may have", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NotAZip_NamesTheFile()
    {
        var path = _material.Write("a.zip", "no zip at all"u8.ToArray());

        var error = Assert.Throws<ImportException>(() => PictureSource.Open(path));

        Assert.Contains($"'{path}' cannot be read as a zip archive", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Missing_NamesThePath()
    {
        var error = Assert.Throws<ImportException>(() => PictureSource.Open("/nowhere/a.zip"));

        Assert.Contains("'/nowhere/a.zip' does not exist", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Forges the uncompressed length wherever the archive states it.</summary>
    private static void Declare(string zip, int from, int to)
    {
        var bytes = File.ReadAllBytes(zip);
        var (old, forged) = (BitConverter.GetBytes(from), BitConverter.GetBytes(to));
        var places = 0;
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old), places++)
        {
            forged.CopyTo(bytes, at);
        }

        Assert.True(places > 0);
        File.WriteAllBytes(zip, bytes);
    }
}
