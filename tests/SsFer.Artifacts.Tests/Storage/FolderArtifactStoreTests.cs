using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

[Collection(MeasuresMemory.Name)]
public sealed class FolderArtifactStoreTests : ArtifactStoreContractTests
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Reads_OfAStoreThatIsNotThere_MakeNoFolder()
    {
        var root = _folder["none"];
        var store = new FolderArtifactStore(root);
        Assert.Null(await store.TryReadAsync("runs/one", Token));
        Assert.Empty(await ListAsync(store, ""));
        await store.DeleteAsync("runs/one", Token);
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task Writes_LeaveNoTemporaryFile()
    {
        await PutAsync(Open(), "runs/one", "content");
        await Open().TryPutIfAbsentAsync("runs/one", "content"u8.ToArray(), Token);
        await Open().TryPutIfMatchAsync("runs/one", "content"u8.ToArray(), "stale", Token);
        Assert.Empty(Directory.EnumerateFiles(_folder[".tmp"]));
    }

    [Fact]
    public async Task PutIfMatch_LockHeldByAnother_WaitsAndThenSucceeds()
    {
        var tag = await Open().TryPutIfAbsentAsync("runs/one", "1"u8.ToArray(), Token);
        var lockFile = Assert.Single(Directory.GetFiles(_folder[".locks"]));
        Task<string?> writing;
        using (new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            writing = Open().TryPutIfMatchAsync("runs/one", "2"u8.ToArray(), tag!, Token);
            Assert.NotSame(writing, await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(100), Token)));
        }

        Assert.NotNull(await writing);
    }

    [Fact]
    public async Task Put_LockHeldForEver_CanBeCancelled()
    {
        await PutAsync(Open(), "runs/one", "old");
        var lockFile = Assert.Single(Directory.GetFiles(_folder[".locks"]));
        using var held = new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Open().PutAsync("runs/one", new MemoryStream([1]), cancellation.Token)
        );
        Assert.Equal("old", Text(await Open().TryReadAsync("runs/one", Token)));
        Assert.Empty(Directory.EnumerateFiles(_folder[".tmp"]));
    }

    [Fact]
    public async Task LeftOversOfKilledWriters_AfterADay_AreSwept()
    {
        await PutAsync(Open(), "runs/one", "content");
        var leftOver = _folder[".tmp/left-over"];
        await File.WriteAllTextAsync(leftOver, "half", Token);
        var time = new FakeTimeProvider(new DateTimeOffset(File.GetLastWriteTimeUtc(leftOver)) + TimeSpan.FromHours(23));

        await PutAsync(new FolderArtifactStore(_folder.Path, time), "runs/one", "content");
        Assert.True(File.Exists(leftOver));

        time.Advance(TimeSpan.FromHours(2));
        await PutAsync(new FolderArtifactStore(_folder.Path, time), "runs/one", "content");
        Assert.False(File.Exists(leftOver));
    }

    [Fact]
    public async Task LocalPath_OfAnArtifact_IsItsFile()
    {
        var store = new FolderArtifactStore(_folder.Path);
        Assert.False(store.TryGetLocalPath("runs/one", out _));
        await PutAsync(store, "runs/one", "content");
        Assert.True(store.TryGetLocalPath("runs/one", out var file));
        Assert.Equal("content", await File.ReadAllTextAsync(file, Token));
    }

    [Fact]
    public async Task Writes_DiskFull_SayStorageFullAndHarmNothing()
    {
        using var disk = TinyDisk.MountOrSkip();
        var store = new FolderArtifactStore(disk.Path);
        await PutAsync(store, "runs/one", "old");
        var tag = (await store.TryReadAsync("runs/one", Token))!.ETag;

        using var source = new SourceStream(4 << 20);
        var fault = await Assert.ThrowsAsync<StorageFullException>(() => store.PutAsync("runs/one", source, Token));
        Assert.Contains("runs/one", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageFullException>(() => store.TryPutIfAbsentAsync("runs/two", new byte[4 << 20], Token));
        await Assert.ThrowsAsync<StorageFullException>(() => store.TryPutIfMatchAsync("runs/one", new byte[4 << 20], tag, Token));

        Assert.Equal("old", Text(await store.TryReadAsync("runs/one", Token)));
        Assert.Equal(["runs/one"], await ListAsync(store, ""));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(disk.Path, ".tmp")));
    }

    [Fact]
    public async Task RequireWritable_OfAFolderThatCanBeMade_MakesItAndLeavesNoFile()
    {
        new FolderArtifactStore(_folder["new/store"]).RequireWritable();

        Assert.Empty(Directory.EnumerateFiles(_folder["new"], "*", SearchOption.AllDirectories));
        Assert.Empty(await ListAsync(new FolderArtifactStore(_folder["new/store"]), ""));
    }

    [Fact]
    public async Task Store_WithAFileInItsWay_NamesTheFolderTheFileAndTheCure()
    {
        await File.WriteAllTextAsync(_folder["file"], "", Token);

        await AssertUnwritableAsync(_folder["file/store"], $"'{_folder["file"]}' is a file");
        await AssertUnwritableAsync(_folder["file"], $"'{_folder["file"]}' is a file");
    }

    [Fact]
    public async Task Store_WhereNoFolderCanBeMade_NamesTheFolderAndTheCure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system that makes no folders, as /proc is");
        await AssertUnwritableAsync("/proc/ssfer/store", "no folder can be made there");
    }

    [Fact]
    public async Task Store_InAReadOnlyFolder_NamesTheFolderAndTheCure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may write everywhere");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await AssertUnwritableAsync(_folder["closed/store"], "this user may not");
    }

    [Fact]
    public async Task Store_OnAReadOnlyFileSystem_NamesTheFolderAndTheCure()
    {
        using var disk = TinyDisk.MountOrSkip();
        await PutAsync(new FolderArtifactStore(disk.Path), "runs/one", "content");
        disk.MakeReadOnly();
        await AssertUnwritableAsync(disk.Path, "it is read-only");
    }

    private static async Task AssertUnwritableAsync(string root, string why)
    {
        var store = new FolderArtifactStore(root);
        Assert.Null(await store.TryReadAsync("runs/two", Token));
        var asked = Assert.Throws<StoreAccessException>(store.RequireWritable);
        var written = await Assert.ThrowsAsync<StoreAccessException>(() => store.TryPutIfAbsentAsync("runs/two", new byte[1], Token));

        Assert.Equal(
            $"the store {root} cannot be written, {why}: allow it for this user, or choose another folder with --store",
            asked.Message
        );
        Assert.Contains(root, written.Message, StringComparison.Ordinal);
        Assert.Contains("--store", written.Message, StringComparison.Ordinal);
    }

    protected override string Connection => $"folder:{_folder.Path}";

    protected override IArtifactStore Open() => new FolderArtifactStore(_folder.Path);

    protected override void Dispose(bool disposing) => _folder.Dispose();
}
