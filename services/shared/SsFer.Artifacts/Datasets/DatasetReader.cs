using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Reads one version of a dataset: its entries as a stream, its pictures in any order and from any number of threads. Memory does
/// not grow with the dataset; one file handle is held per shard, which keeps the shard in the cache.
/// </summary>
public sealed class DatasetReader : IDisposable
{
    private readonly ShardCache _cache;
    private readonly SafeFileHandle[] _shards;

    private DatasetReader(DatasetManifest manifest, ShardCache cache, SafeFileHandle[] shards)
    {
        Manifest = manifest;
        _cache = cache;
        _shards = shards;
    }

    public DatasetManifest Manifest { get; }

    /// <summary>Fetches every shard that is not yet in the cache, verifies it, and opens it.</summary>
    /// <param name="store">A store that is an <see cref="ILocalFiles"/> is read in place.</param>
    /// <param name="name">Of the dataset.</param>
    /// <param name="version">Of the dataset; <see cref="DatasetCatalog"/> knows the current ones.</param>
    /// <param name="cache">Holds fetched shards under their hash, for all datasets and processes.</param>
    /// <param name="cancellationToken">Stops the fetching; what was fetched stays in the cache.</param>
    /// <exception cref="ArtifactNotFoundException">The version, or a shard of it, is not stored.</exception>
    /// <exception cref="CorruptArtifactException">The manifest or a shard is not what the version says; the message names it.</exception>
    public static async Task<DatasetReader> OpenAsync(
        IArtifactStore store,
        string name,
        string version,
        CacheSpace cache,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(cache);
        var manifest = await DatasetLayout.ReadManifestAsync(store, name, version, cancellationToken);
        var parts = new ShardCache(store, cache);
        var shards = new List<SafeFileHandle>();
        try
        {
            foreach (var shard in manifest.Shards)
            {
                foreach (var (file, sha256) in shard.Files())
                {
                    var part = await parts.OpenAsync(manifest.PathOf(file), sha256, shard.Bytes, cancellationToken);
                    if (file == shard.File)
                    {
                        shards.Add(part);
                    }
                    else
                    {
                        part.Dispose(); // it was proven, and is opened again when it is read
                    }
                }
            }

            return new DatasetReader(manifest, parts, [.. shards]);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    /// <summary>
    /// What is known of every picture, in the order of their keys: only indexes and label tables are fetched, no shard is.
    /// </summary>
    /// <exception cref="ArtifactNotFoundException">The version, or an index of it, is not stored.</exception>
    /// <exception cref="CorruptArtifactException">The manifest or an index is not what the version says; the message names it.</exception>
    public static async IAsyncEnumerable<DatasetItem> ItemsAsync(
        IArtifactStore store,
        string name,
        string version,
        CacheSpace cache,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(cache);
        var manifest = await DatasetLayout.ReadManifestAsync(store, name, version, cancellationToken);
        using var indexes = new DatasetReader(manifest, new ShardCache(store, cache), []);
        await foreach (var entry in indexes.EntriesAsync(cancellationToken))
        {
            yield return entry.Item;
        }
    }

    /// <summary>
    /// All entries in the order of their keys. May be enumerated any number of times, also at once. An index that left the cache
    /// meanwhile is fetched again.
    /// </summary>
    /// <exception cref="CorruptArtifactException">An index or a label table says what cannot be.</exception>
    public async IAsyncEnumerable<DatasetEntry> EntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = 0;
        for (var number = 0; number < Manifest.Shards.Count; number++)
        {
            var shard = Manifest.Shards[number];
            await using var index = await OpenAsync(shard.IndexFile, shard.IndexSha256, shard, cancellationToken);
            await using var labels = shard.LabelsFile is { } table
                ? await OpenAsync(table, shard.LabelsSha256!, shard, cancellationToken)
                : null;
            await foreach (var row in ShardRows.JoinAsync(shard, index, labels, Manifest.PathOf(shard.IndexFile), cancellationToken))
            {
                if (row.Item is { } item)
                {
                    yield return new DatasetEntry(item, number, row.Offset, row.Length, row.Extension) { Position = position };
                }

                position++;
            }
        }
    }

    /// <summary>Reads the encoded picture into the first <see cref="DatasetEntry.Length"/> bytes. Safe from any thread.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the picture.</exception>
    /// <exception cref="CorruptArtifactException">The shard ended early.</exception>
    public void ReadImage(DatasetEntry entry, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (destination.Length < entry.Length)
        {
            throw new ArgumentException(
                $"picture '{entry.Item.Key}' has {entry.Length} bytes, the destination {destination.Length}",
                nameof(destination)
            );
        }

        var (shard, offset) = (entry.Shard, entry.Offset);
        destination = destination[..entry.Length];
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(_shards[shard], destination, offset);
            if (count == 0)
            {
                throw new CorruptArtifactException(
                    $"'{Manifest.PathOf(Manifest.Shards[shard].File)}' ended before byte {offset + destination.Length}: import or "
                        + $"prepare the dataset again"
                );
            }

            destination = destination[count..];
            offset += count;
        }
    }

    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
    }

    // An index or a table has no line that its shard does not have too, with a header: neither is ever the longer one.
    private async Task<FileStream> OpenAsync(string file, string sha256, ShardInfo shard, CancellationToken cancellationToken) =>
        new(await _cache.OpenAsync(Manifest.PathOf(file), sha256, shard.Bytes, cancellationToken), FileAccess.Read);
}
