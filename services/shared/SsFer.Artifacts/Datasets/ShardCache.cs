using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Parts of datasets as open local files of proven content: in place where the store keeps files here, else fetched into the cache
/// under their hash. A file is hashed once; a mark beside it remembers which file was proven, by its length and time of change.
/// What is open stays readable even when it is evicted.
/// </summary>
internal sealed class ShardCache(IArtifactStore store, CacheSpace space)
{
    private const int CopyBuffer = 128 * 1024;
    private readonly FolderScratch _scratch = new(Path.Combine(Path.GetFullPath(space.Folder), ".tmp"), space.Time);

    /// <summary>
    /// Opens the local file that holds the artifact, for reads at any place; fetches it where it is not, or no longer, in the cache.
    /// </summary>
    /// <param name="path">Of the artifact.</param>
    /// <param name="sha256">Of its content.</param>
    /// <param name="atMost">Bytes that it may have; there will be room for them within the cache's bound.</param>
    /// <param name="cancellationToken">Stops the fetching.</param>
    /// <exception cref="CorruptArtifactException">What is stored does not have the hash.</exception>
    public async Task<SafeFileHandle> OpenAsync(string path, string sha256, long atMost, CancellationToken cancellationToken)
    {
        var cached = space.ShardFile(sha256);
        try
        {
            return store is ILocalFiles local
                ? await OpenInPlaceAsync(local, path, sha256, cancellationToken)
                : await TryOpenProvenAsync(cached, sha256, cancellationToken)
                    ?? await FetchAsync(path, sha256, cached, atMost, cancellationToken);
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw new StorageFullException(cached, fault);
        }
    }

    private async Task<SafeFileHandle> OpenInPlaceAsync(ILocalFiles local, string path, string sha256, CancellationToken cancellationToken)
    {
        if (!local.TryGetLocalPath(path, out var file))
        {
            throw new ArtifactNotFoundException(path);
        }

        var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        return await ProvenOrNullAsync(handle, file, sha256, cancellationToken) ?? throw Corrupt(path);
    }

    private async Task<SafeFileHandle?> TryOpenProvenAsync(string file, string sha256, CancellationToken cancellationToken) =>
        space.TryOpen(file) is { } handle ? await ProvenOrNullAsync(handle, file, sha256, cancellationToken) : null;

    private async Task<SafeFileHandle> FetchAsync(
        string path,
        string sha256,
        string target,
        long atMost,
        CancellationToken cancellationToken
    )
    {
        space.MakeRoom(atMost);
        using var temporary = _scratch.Create();
        await using (var source = new HashingStream(await store.OpenReadAsync(path, cancellationToken)))
        await using (var copy = temporary.OpenWrite())
        {
            await source.CopyToAsync(copy, CopyBuffer, cancellationToken);
            if (source.Sha256 != sha256)
            {
                throw Corrupt(path);
            }

            copy.Flush(flushToDisk: true); // the mark below must not outlive the content it vouches for
        }

        // Opened before it has its place: nobody evicts it from under the reader that it was fetched for.
        var handle = temporary.OpenRead();
        try
        {
            space.Touch(handle);
            temporary.MoveTo(target);
            await MarkAsync(handle, target, sha256, cancellationToken);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The handle, or null and it is closed.</summary>
    private async Task<SafeFileHandle?> ProvenOrNullAsync(
        SafeFileHandle handle,
        string file,
        string sha256,
        CancellationToken cancellationToken
    )
    {
        var proven = false;
        try
        {
            proven = await IsMarkedAsync(handle, file, sha256, cancellationToken);
            if (!proven && await HashAsync(handle, cancellationToken) == sha256)
            {
                await MarkAsync(handle, file, sha256, cancellationToken);
                proven = true;
            }

            return proven ? handle : null;
        }
        finally
        {
            if (!proven)
            {
                handle.Dispose();
            }
        }
    }

    private async Task<bool> IsMarkedAsync(SafeFileHandle handle, string file, string sha256, CancellationToken cancellationToken)
    {
        using var mark = space.TryOpen(space.MarkFile(sha256));
        if (mark is null)
        {
            return false;
        }

        var content = new byte[RandomAccess.GetLength(mark)];
        var count = await RandomAccess.ReadAsync(mark, content, 0, cancellationToken);
        return Encoding.UTF8.GetString(content, 0, count) == Fingerprint(handle, file);
    }

    private static async Task<string> HashAsync(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var buffer = new byte[CopyBuffer];
        long offset = 0;
        for (int count; (count = await RandomAccess.ReadAsync(handle, buffer, offset, cancellationToken)) > 0; offset += count)
        {
            hash.AppendData(buffer, 0, count);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task MarkAsync(SafeFileHandle handle, string file, string sha256, CancellationToken cancellationToken)
    {
        using var temporary = _scratch.Create();
        await using (var stream = temporary.OpenWrite())
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Fingerprint(handle, file)), cancellationToken);
        }

        using (var mark = temporary.OpenRead())
        {
            space.Touch(mark);
        }

        temporary.MoveTo(space.MarkFile(sha256));
    }

    private static string Fingerprint(SafeFileHandle handle, string file) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFullPath(file)}\n{RandomAccess.GetLength(handle)} {File.GetLastWriteTimeUtc(handle).Ticks}"
        );

    private static CorruptArtifactException Corrupt(string path) =>
        new($"'{path}' is damaged, its hash is not the one in the manifest: import or prepare the dataset again");
}
