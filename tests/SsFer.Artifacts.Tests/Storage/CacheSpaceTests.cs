using System.Security.Cryptography;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

public sealed class CacheSpaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Later than any file of this test, so that nothing but the cache's own word says when one was used.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void MakeRoom_OverTheBound_DeletesTheLeastRecentlyUsed()
    {
        var space = Space(1000);
        string[] files = [Shard(space, 1, 300), Decoded(space, 2, 300), Shard(space, 3, 300)];
        Use(space, files[1], files[2], files[0]);

        space.MakeRoom(400);

        Assert.Equal([true, false, true], files.Select(File.Exists));
    }

    [Fact]
    public void MakeRoom_AnyFilesAndUses_KeepsTheBoundAndTheLatest()
    {
        Gen.Select(Gen.Int[0, 50].Array[1, 8], Gen.Int[0, 120], Gen.Int[0, 50], Gen.Int[0, 1000])
            .Sample(
                (sizes, bound, coming, seed) =>
                {
                    using var folder = new TemporaryFolder();
                    var space = new CacheSpace(folder.Path, bound, _time);
                    var byUse = sizes.Select((size, number) => Shard(space, number, size)).ToArray();
                    new Random(seed).Shuffle(byUse);
                    Use(space, byUse);

                    space.MakeRoom(coming);

                    var kept = byUse.Where(File.Exists).ToList();
                    var length = byUse.ToDictionary(
                        file => file,
                        file =>
                            sizes[
                                Array.FindIndex(sizes.Select((_, number) => space.ShardFile(Hash(number))).ToArray(), name => name == file)
                            ]
                    );
                    Assert.Equal(byUse[^kept.Count..], kept);
                    Assert.True(kept.Sum(file => length[file]) + coming <= bound || kept.Count == 0);
                    if (kept.Count < byUse.Length)
                    {
                        Assert.True(byUse[^(kept.Count + 1)..].Sum(file => length[file]) + coming > bound, "a file went that had room");
                    }
                },
                iter: 60,
                threads: 1
            );
    }

    [Fact]
    public void MakeRoom_FileInUse_StaysForItsReaderAndGoesAfterwards()
    {
        var space = Space(100);
        var (used, idle) = (Shard(space, 1, 80), Shard(space, 2, 80));
        using (var reader = space.TryOpen(used)!)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Use(space, idle);

            space.MakeRoom(0);

            Assert.Equal([true, false], new[] { used, idle }.Select(File.Exists));
            Assert.Equal(80, RandomAccess.Read(reader, new byte[100], 0));
        }

        space.MakeRoom(100);
        Assert.False(File.Exists(used));
    }

    [Fact]
    public void MakeRoom_FilesThatAreNotTheCaches_StandUntouched()
    {
        var space = Space(0);
        string[] others =
        [
            Write(_folder["cache/notes.txt"], 10),
            Write(_folder["cache/ABC" + Hash(1)[3..]], 10),
            Write(_folder[$"cache/mine/{Hash(1)}"], 10),
            Write(_folder["cache/decoded/report.html"], 10),
            Write(_folder[$"store/{Hash(1)}"], 10),
        ];
        var own = Shard(space, 1, 10);

        space.MakeRoom(10);

        Assert.False(File.Exists(own));
        Assert.All(others, file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public void MakeRoom_HalfWrittenFiles_AreSweptOnceTheirWriterIsGone()
    {
        var space = Space(1000);
        var (abandoned, written) = (CacheSpace.PartialOf(space.DecodedFile("a")), CacheSpace.PartialOf(space.DecodedFile("b")));
        Write(abandoned, 10);
        using (
            var writer = File.OpenHandle(Write(written, 10), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)
        )
        {
            space.MakeRoom(0);
            Assert.Equal([false, true], new[] { abandoned, written }.Select(File.Exists));
        }

        space.MakeRoom(0);
        Assert.False(File.Exists(written));
    }

    [Fact]
    public void MakeRoom_NoFolderYet_MakesNone()
    {
        Space(10).MakeRoom(100);
        Assert.False(Directory.Exists(_folder["cache"]));
    }

    [Fact]
    public void TryOpen_FileThatIsGone_IsNull() => Assert.Null(Space(10).TryOpen(_folder["cache/decoded/none.faces"]));

    [Fact]
    public async Task AnonymousFile_WhileItIsOpen_HasNoNameThatAKillCouldLeaveBehind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there the system deletes it with its last handle");
        await using var file = AnonymousFile.Create(_folder["spools"]);
        await file.WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        file.Position = 0;

        Assert.Empty(Directory.GetFiles(_folder["spools"]));
        Assert.Equal(1, file.ReadByte());
    }

    public void Dispose() => _folder.Dispose();

    private static string Hash(int number) => Convert.ToHexStringLower(SHA256.HashData([(byte)number]));

    private static string Shard(CacheSpace space, int number, int bytes) => Write(space.ShardFile(Hash(number)), bytes);

    private static string Decoded(CacheSpace space, int number, int bytes) => Write(space.DecodedFile($"faces-{number}-48"), bytes);

    private static string Write(string file, int bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, new byte[bytes]);
        return file;
    }

    private CacheSpace Space(long bytes) => new(_folder["cache"], bytes, _time);

    private void Use(CacheSpace space, params string[] files)
    {
        foreach (var file in files)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            space.TryOpen(file)!.Dispose();
        }
    }
}
