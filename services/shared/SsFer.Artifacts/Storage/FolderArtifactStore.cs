using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace SsFer.Artifacts.Storage;

/// <summary>
/// The store as a folder, one file per artifact. Content is written to <c>.tmp/</c>, flushed to the disk and renamed into place, so
/// a reader sees the old content or the new, never a part. The check and the rename of a conditional write happen under a lock file
/// in <c>.locks/</c> that holds between processes too; the operating system frees it when its holder dies. Tags are SHA-256 of the
/// content, so a file edited by hand is noticed.
/// </summary>
/// <param name="root">The folder; made by the first write. All of it has to be on one file system.</param>
/// <param name="time">Tells which temporary files are left-overs of a killed process.</param>
public sealed class FolderArtifactStore(string root, TimeProvider? time = null) : IArtifactStore, ILocalFiles
{
    private const int CopyBuffer = 128 * 1024;
    private const int ReadOnlyUnix = 30; // EROFS; .NET hands the error number on as HResult
    private readonly FolderLocks _locks = new(Path.Combine(Path.GetFullPath(root), ".locks"));
    private readonly FolderScratch _scratch = new(Path.Combine(Path.GetFullPath(root), ".tmp"), time ?? TimeProvider.System);

    /// <summary>Full path of the folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    public async Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        await using var stream = OpenOrNull(path, file);
        if (stream is null)
        {
            return null;
        }

        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return new StoredDocument(content, TagOf(content));
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<Stream>(OpenOrNull(path, file) ?? throw new ArtifactNotFoundException(path));
    }

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(File.Exists(file));
    }

    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var file = FileOf(path);
        await WritingAsync(path, async () =>
        {
            using var temporary = _scratch.Create();
            await using (var stream = temporary.OpenWrite())
            {
                await content.CopyToAsync(stream, CopyBuffer, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            using (await _locks.AcquireAsync(path, cancellationToken))
            {
                temporary.MoveTo(file);
            }

            return true;
        });
    }

    public async Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        return await PutIfAsync(path, file, content, _ => Task.FromResult(!File.Exists(file)), cancellationToken);
    }

    public async Task<string?> TryPutIfMatchAsync(
        string path,
        ReadOnlyMemory<byte> content,
        string etag,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(etag);
        var file = FileOf(path);
        return await PutIfAsync(path, file, content, async token => (await TryReadAsync(path, token))?.ETag == etag, cancellationToken);
    }

    public async IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArtifactPath.ValidatePrefix(prefix);
        await Task.CompletedTask; // the file system answers at once; a blob service does not
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        foreach (var artifact in FolderListing.Enumerate(Path.Combine(Root, folder), folder, prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return artifact;
        }
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        if (!File.Exists(file))
        {
            return; // nor is a store made by deleting from it
        }

        await WritingAsync(path, async () =>
        {
            using (await _locks.AcquireAsync(path, cancellationToken))
            {
                File.Delete(file);
            }

            return true;
        });
    }

    public bool TryGetLocalPath(string path, out string file)
    {
        file = FileOf(path);
        return File.Exists(file);
    }

    private async Task<string?> PutIfAsync(
        string path,
        string file,
        ReadOnlyMemory<byte> content,
        Func<CancellationToken, Task<bool>> condition,
        CancellationToken cancellationToken
    ) => await WritingAsync<string?>(path, async () =>
        {
            // Asked twice: outside the lock it spares a loser the flush, inside it decides.
            if (!await condition(cancellationToken))
            {
                return null;
            }

            using var temporary = _scratch.Create();
            await using (var stream = temporary.OpenWrite())
            {
                await stream.WriteAsync(content, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            using (await _locks.AcquireAsync(path, cancellationToken))
            {
                if (!await condition(cancellationToken))
                {
                    return null;
                }

                temporary.MoveTo(file);
            }

            return TagOf(content.Span);
        });

    /// <summary>
    /// Makes the folder and a file in it, which goes at once: to be asked before long work whose product is to be stored.
    /// </summary>
    /// <exception cref="StoreAccessException">It cannot be written; the message names the folder and the cure.</exception>
    /// <exception cref="StorageFullException">There is no room for a single file.</exception>
    public void RequireWritable()
    {
        try
        {
            using var temporary = _scratch.Create();
            using var stream = temporary.OpenWrite();
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw new StorageFullException(Root, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(fault);
        }
    }

    /// <summary>Turns what the file system says about a write into what the store promises to say.</summary>
    private async Task<T> WritingAsync<T>(string path, Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw new StorageFullException(path, fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreAccessException(
                $"cannot write '{path}' in the store {Root}: allow it for this user, or choose another store with --store",
                fault
            );
        }
        catch (IOException fault) when (!Directory.Exists(Root) || IsReadOnly(fault))
        {
            throw Unwritable(fault);
        }
    }

    private StoreAccessException Unwritable(Exception fault)
    {
        var why =
            FileInTheWay() is { } file ? $"'{file}' is a file"
            : fault is UnauthorizedAccessException ? "this user may not"
            : IsReadOnly(fault) ? "it is read-only"
            : "no folder can be made there";
        return new StoreAccessException(
            $"the store {Root} cannot be written, {why}: allow it for this user, or choose another folder with --store",
            fault
        );
    }

    /// <summary>The file that stands where the folder, or one above it, would have to be; null where none does.</summary>
    private string? FileInTheWay()
    {
        var path = Root;
        while (path is not null && !File.Exists(path))
        {
            path = Path.GetDirectoryName(path);
        }

        return path;
    }

    private static bool IsReadOnly(Exception fault) => fault.HResult == ReadOnlyUnix && !OperatingSystem.IsWindows();

    private FileStream? OpenOrNull(string path, string file)
    {
        try
        {
            // Shared for everything: a writer replaces the file by rename while this reader keeps the content it opened.
            return new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                CopyBuffer,
                FileOptions.Asynchronous
            );
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(file))
        {
            return null;
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreAccessException($"cannot read '{path}' in the store {Root}: allow it for this user", fault);
        }
    }

    private string FileOf(string path)
    {
        ArtifactPath.Validate(path);
        return Path.Combine(Root, path);
    }

    private static string TagOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
