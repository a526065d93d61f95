using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Writes one tar file, its index and its label table to local disk, in the end under the names they have in the store. Equal pictures
/// give equal tar files and indexes, whatever they are labelled.
/// </summary>
internal sealed class ShardWriter : IAsyncDisposable
{
    private const int HeaderBytes = 512; // of a ustar entry; the data begins right after it
    private const int FileBuffer = 64 * 1024;
    private const int LongestEntryName = 100; // bytes; the ustar name field
    private const string Tar = "open.tar";
    private const string Index = "open.index.jsonl";
    private const string Labels = "open.labels.jsonl";

    private readonly string _folder;
    private readonly HashingStream _shard;
    private readonly HashingStream _index;
    private readonly HashingStream _labels;
    private readonly TarWriter _tar;
    private int _items;

    public ShardWriter(string folder)
    {
        _folder = folder;
        var files = new Stack<HashingStream>();
        try
        {
            foreach (var name in (string[])[Tar, Index, Labels])
            {
                files.Push(Create(Path.Combine(folder, name)));
            }
        }
        catch
        {
            foreach (var file in files)
            {
                file.Dispose();
            }

            throw;
        }

        (_labels, _index, _shard) = (files.Pop(), files.Pop(), files.Pop());
        _tar = new TarWriter(_shard, TarEntryFormat.Ustar, leaveOpen: true);
    }

    public int Items => _items;

    /// <summary>
    /// What keeps a key from naming a file in the tar; null where nothing does. WebDataset takes everything before the first dot of
    /// the last segment as the key, and ustar has room for 100 bytes.
    /// </summary>
    public static string? FaultOfKey(string key, string extension)
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
        var facts = PictureFacts.Of(item);
        await WriteEntryAsync($"{item.Key}.json", JsonSerializer.SerializeToUtf8Bytes(facts, ArtifactJson.Line), cancellationToken);
        await WriteLineAsync(_index, new IndexLine<PictureFacts>(offset, image.Length, extension, facts), cancellationToken);
        await WriteLineAsync(_labels, LabelRow.Of(item), cancellationToken);
        _items++;
    }

    /// <summary>One line of JSON, as indexes and label tables have them.</summary>
    public static async Task WriteLineAsync<T>(Stream stream, T line, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(stream, line, ArtifactJson.Line, cancellationToken);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    /// <summary>Ends the files; afterwards only <see cref="DisposeAsync"/> may be called.</summary>
    public async Task<ShardInfo> CompleteAsync(CancellationToken cancellationToken)
    {
        await _tar.DisposeAsync(); // writes the end mark
        foreach (var file in (HashingStream[])[_shard, _index, _labels])
        {
            await file.FlushAsync(cancellationToken);
        }

        var sha256 = _shard.Sha256;
        var shard = new ShardInfo(DatasetLayout.ShardOf(sha256), sha256, _items, _shard.Position, _index.Sha256)
        {
            LabelsSha256 = _labels.Sha256,
        };
        await DisposeAsync();
        foreach (
            var (from, to) in (IEnumerable<(string, string)>)[(Tar, shard.File), (Index, shard.IndexFile), (Labels, shard.LabelsFile!)]
        )
        {
            File.Move(Path.Combine(_folder, from), Path.Combine(_folder, Path.GetFileName(to)));
        }

        return shard;
    }

    public async ValueTask DisposeAsync()
    {
        // Not the tar writer: it would add an end mark to a file that is thrown away.
        try
        {
            await _labels.DisposeAsync();
        }
        finally
        {
            try
            {
                await _index.DisposeAsync();
            }
            finally
            {
                await _shard.DisposeAsync();
            }
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
