using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>Writes one tar file and the index beside it to local disk; equal items give equal bytes.</summary>
internal sealed class ShardWriter : IAsyncDisposable
{
    private const int HeaderBytes = 512; // of a ustar entry; the data begins right after it
    private const int FileBuffer = 64 * 1024;
    private const int LongestEntryName = 100; // bytes; the ustar name field

    private readonly string _file;
    private readonly HashingStream _shard;
    private readonly HashingStream _index;
    private readonly TarWriter _tar;
    private int _items;

    public ShardWriter(string folder, int number)
    {
        _file = DatasetLayout.ShardFile(number);
        _shard = Create(Path.Combine(folder, _file));
        try
        {
            _index = Create(Path.Combine(folder, DatasetLayout.IndexFile(_file)));
        }
        catch
        {
            _shard.Dispose();
            throw;
        }

        _tar = new TarWriter(_shard, TarEntryFormat.Ustar, leaveOpen: true);
    }

    public int Items => _items;

    /// <summary>
    /// WebDataset takes everything before the first dot of the last segment as the key, and ustar has room for 100 bytes.
    /// </summary>
    public static string? WhyNotAKey(string key, string extension)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(key) + 1 + Math.Max(extension.Length, "json".Length) > LongestEntryName)
        {
            return "is too long, with its extension it may have 100 bytes";
        }

        var segments = key.Split('/');
        return segments.Any(segment => segment is "" or "." or "..") ? "has an empty or a dotted segment"
            : segments[^1].Contains('.', StringComparison.Ordinal) ? "has a dot in its last segment, where the extension would begin"
            : key.AsSpan().ContainsAnyInRange('\0', '\u001f') || key.Contains('\\', StringComparison.Ordinal)
                ? "has a backslash or a control character"
            : null;
    }

    public async Task AddAsync(DatasetItem item, ReadOnlyMemory<byte> image, string extension, CancellationToken cancellationToken)
    {
        var offset = _shard.Position + HeaderBytes;
        await WriteEntryAsync($"{item.Key}.{extension}", image, cancellationToken);
        await WriteEntryAsync($"{item.Key}.json", JsonSerializer.SerializeToUtf8Bytes(item, ArtifactJson.Line), cancellationToken);
        await JsonSerializer.SerializeAsync(
            _index,
            new IndexLine(offset, image.Length, extension, item),
            ArtifactJson.Line,
            cancellationToken
        );
        await _index.WriteAsync("\n"u8.ToArray(), cancellationToken);
        _items++;
    }

    /// <summary>Ends both files; afterwards only <see cref="DisposeAsync"/> may be called.</summary>
    public async Task<ShardInfo> CompleteAsync(CancellationToken cancellationToken)
    {
        await _tar.DisposeAsync(); // writes the end mark
        await _shard.FlushAsync(cancellationToken);
        await _index.FlushAsync(cancellationToken);
        return new ShardInfo(_file, _shard.Sha256, _items, _shard.Position, _index.Sha256);
    }

    public async ValueTask DisposeAsync()
    {
        // Not the tar writer: it would add an end mark to a file that is thrown away.
        try
        {
            await _index.DisposeAsync();
        }
        finally
        {
            await _shard.DisposeAsync();
        }
    }

    private async Task WriteEntryAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var data = MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
        var entry = new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            DataStream = data,
        };
        await _tar.WriteEntryAsync(entry, cancellationToken);
    }

    private static HashingStream Create(string path) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileBuffer, FileOptions.Asynchronous));
}
