using System.Globalization;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Parts of datasets as local files of proven content: opened in place where the store keeps files here, else fetched into the cache folder under their
/// hash. A file is hashed once; a mark beside it remembers which file was proven, by its length and time of change. Nothing is ever evicted.
/// </summary>
internal sealed class ShardCache(IArtifactStore store, string folder)
{
    private const int CopyBuffer = 128 * 1024;
    private readonly string _folder = Path.GetFullPath(folder);
    private readonly FolderScratch _scratch = new(Path.Combine(Path.GetFullPath(folder), ".tmp"), TimeProvider.System);

    /// <summary>The local file that holds the artifact.</summary>
    /// <exception cref="CorruptArtifactException">What is stored does not have the hash.</exception>
    public async Task<string> GetAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        var cached = Path.Combine(_folder, sha256);
        try
        {
            if (store is ILocalFiles local)
            {
                return !local.TryGetLocalPath(path, out var file) ? throw new ArtifactNotFoundException(path)
                    : await IsProvenAsync(file, sha256, cancellationToken) ? file
                    : throw Corrupt(path);
            }

            if (!File.Exists(cached) || !await IsProvenAsync(cached, sha256, cancellationToken))
            {
                await FetchAsync(path, sha256, cached, cancellationToken);
            }

            return cached;
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw new StorageFullException(cached, fault);
        }
    }

    private async Task FetchAsync(string path, string sha256, string target, CancellationToken cancellationToken)
    {
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

        temporary.MoveTo(target);
        await MarkAsync(target, sha256, cancellationToken);
    }

    private async Task<bool> IsProvenAsync(string file, string sha256, CancellationToken cancellationToken)
    {
        var mark = MarkOf(sha256);
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark, cancellationToken) == Fingerprint(file))
        {
            return true;
        }

        await using var content = new HashingStream(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, CopyBuffer, FileOptions.SequentialScan));
        await content.CopyToAsync(Stream.Null, CopyBuffer, cancellationToken);
        if (content.Sha256 != sha256)
        {
            return false;
        }

        await MarkAsync(file, sha256, cancellationToken);
        return true;
    }

    private async Task MarkAsync(string file, string sha256, CancellationToken cancellationToken)
    {
        using var temporary = _scratch.Create();
        await using (var stream = temporary.OpenWrite())
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Fingerprint(file)), cancellationToken);
        }

        temporary.MoveTo(MarkOf(sha256));
    }

    private string MarkOf(string sha256) => Path.Combine(_folder, sha256 + ".proven");

    private static string Fingerprint(string file)
    {
        var info = new FileInfo(file);
        return string.Create(CultureInfo.InvariantCulture, $"{info.FullName}\n{info.Length} {info.LastWriteTimeUtc.Ticks}");
    }

    private static CorruptArtifactException Corrupt(string path) =>
        new($"'{path}' is damaged, its hash is not the one in the manifest: import or prepare the dataset again");
}
