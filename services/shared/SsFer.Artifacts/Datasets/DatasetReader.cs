using System.Runtime.CompilerServices;
using System.Text.Json;
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
                (await OpenIndexAsync(parts, manifest, shard, cancellationToken)).Dispose();
                shards.Add(
                    await parts.OpenAsync(DatasetLayout.PartOf(name, version, shard.File), shard.Sha256, shard.Bytes, cancellationToken)
                );
            }

            return new DatasetReader(manifest, parts, [.. shards]);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    /// <summary>What is known of every picture, in the order of their keys: only the indexes are fetched, no shard is.</summary>
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
    /// <exception cref="CorruptArtifactException">An index says what cannot be.</exception>
    public async IAsyncEnumerable<DatasetEntry> EntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < Manifest.Shards.Count; shard++)
        {
            await using var file = new FileStream(
                await OpenIndexAsync(_cache, Manifest, Manifest.Shards[shard], cancellationToken),
                FileAccess.Read
            );
            var count = 0;
            await using var lines = JsonSerializer
                .DeserializeAsyncEnumerable<IndexLine>(file, topLevelValues: true, ArtifactJson.Line, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(lines, shard) is { } line)
            {
                count++;
                yield return new DatasetEntry(line.Item, shard, line.Offset, line.Length, line.Extension);
            }

            if (count != Manifest.Shards[shard].Items)
            {
                throw Corrupt(shard, $"it has {count} entries instead of {Manifest.Shards[shard].Items}");
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
                    $"'{PathOf(Manifest.Shards[shard].File)}' ended before byte {offset + destination.Length}: import or "
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

    // An index has no line that its shard does not have too, with a header: it is never the longer one.
    private static Task<SafeFileHandle> OpenIndexAsync(
        ShardCache cache,
        DatasetManifest manifest,
        ShardInfo shard,
        CancellationToken cancellationToken
    ) =>
        cache.OpenAsync(
            DatasetLayout.PartOf(manifest.Name, manifest.Version, DatasetLayout.IndexFile(shard.File)),
            shard.IndexSha256,
            shard.Bytes,
            cancellationToken
        );

    private async ValueTask<IndexLine?> NextAsync(IAsyncEnumerator<IndexLine?> lines, int shard)
    {
        try
        {
            if (!await lines.MoveNextAsync())
            {
                return null;
            }
        }
        catch (JsonException fault)
        {
            throw Corrupt(shard, fault.Message, fault);
        }

        return lines.Current is { Offset: >= 0, Length: > 0 } line && line.Offset + line.Length <= Manifest.Shards[shard].Bytes
            ? line
            : throw Corrupt(shard, "an entry lies outside its shard");
    }

    private CorruptArtifactException Corrupt(int shard, string why, Exception? inner = null) =>
        new(
            $"'{PathOf(DatasetLayout.IndexFile(Manifest.Shards[shard].File))}' is damaged, {why}: import or prepare the dataset again",
            inner
        );

    private string PathOf(string file) => DatasetLayout.PartOf(Manifest.Name, Manifest.Version, file);
}
