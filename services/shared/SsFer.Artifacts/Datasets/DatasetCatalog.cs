using System.Runtime.CompilerServices;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>Which datasets there are and which version of each is current (<c>datasets/{name}/current.json</c>).</summary>
public sealed class DatasetCatalog(IArtifactStore store)
{
    /// <summary>
    /// Makes a stored version the current one of its kind, and, for prepared faces, of its size; the other pointers stay as they are.
    /// </summary>
    /// <exception cref="ArtifactNotFoundException">The version was never completed.</exception>
    public async Task PublishAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        DatasetName.Validate(manifest.Name);
        var manifestPath = DatasetLayout.ManifestOf(manifest.Name, manifest.Version);
        if (!await store.ExistsAsync(manifestPath, cancellationToken))
        {
            throw new ArtifactNotFoundException(manifestPath);
        }

        // Whenever this writer is too late another one was in time, so the loop ends.
        var path = DatasetLayout.CurrentOf(manifest.Name);
        for (string? written = null; written is null; )
        {
            var stored = await store.TryReadJsonAsync<DatasetPointers>(path, cancellationToken);
            written = stored is null
                ? await store.TryPutJsonIfAbsentAsync(path, PointAt(manifest, new DatasetPointers()), cancellationToken)
                : await store.TryPutJsonIfMatchAsync(path, PointAt(manifest, stored.Value), stored.ETag, cancellationToken);
        }
    }

    /// <summary>
    /// Makes stored versions of one dataset current, all in one write and only while <paramref name="expected"/> holds of what was
    /// current before: for versions that were derived from others, which must not replace what somebody else published meanwhile.
    /// </summary>
    /// <returns>False where it does not hold; nothing is changed then.</returns>
    public async Task<bool> TryPublishAsync(
        IReadOnlyList<DatasetManifest> manifests,
        Predicate<DatasetPointers> expected,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(manifests);
        ArgumentNullException.ThrowIfNull(expected);
        var path = DatasetLayout.CurrentOf(manifests.Select(manifest => manifest.Name).Distinct(StringComparer.Ordinal).Single());
        while (await store.TryReadJsonAsync<DatasetPointers>(path, cancellationToken) is { } stored && expected(stored.Value))
        {
            var next = manifests.Aggregate(stored.Value, (pointers, manifest) => PointAt(manifest, pointers));
            if (await store.TryPutJsonIfMatchAsync(path, next, stored.ETag, cancellationToken) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null where no dataset of this name was published.</summary>
    public async Task<DatasetPointers?> FindAsync(string name, CancellationToken cancellationToken)
    {
        DatasetName.Validate(name);
        return (await store.TryReadJsonAsync<DatasetPointers>(DatasetLayout.CurrentOf(name), cancellationToken))?.Value;
    }

    /// <exception cref="DatasetNotFoundException">No dataset of this name was published; the message names those that were.</exception>
    public async Task<DatasetPointers> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (DatasetName.IsValid(name) && await FindAsync(name, cancellationToken) is { } pointers)
        {
            return pointers;
        }

        var available = new List<string>();
        await foreach (var known in NamesAsync(cancellationToken))
        {
            available.Add(known);
        }

        throw new DatasetNotFoundException(name, available);
    }

    /// <summary>The current version of the faces prepared at a side of <paramref name="size"/> pixels.</summary>
    /// <exception cref="DatasetNotFoundException">No dataset of this name was published.</exception>
    /// <exception cref="ArtifactException">It is not prepared at this size; the message names the command that does it.</exception>
    public async Task<string> GetPreparedAsync(string name, int size, CancellationToken cancellationToken)
    {
        var prepared = (await GetAsync(name, cancellationToken)).Prepared;
        return prepared.TryGetValue(size, out var version)
            ? version
            : throw new ArtifactException(
                $"dataset '{name}' is not prepared at {size} pixels: run ssfer data prepare {name} --size {size}"
            );
    }

    /// <exception cref="ArtifactNotFoundException">The version does not exist.</exception>
    /// <exception cref="CorruptArtifactException">The manifest is damaged.</exception>
    public Task<DatasetManifest> ReadManifestAsync(string name, string version, CancellationToken cancellationToken) =>
        DatasetLayout.ReadManifestAsync(store, name, version, cancellationToken);

    /// <summary>The manifest of a version that is stored and sound to its last byte; null otherwise. Every byte is read.</summary>
    public async Task<DatasetManifest?> FindSoundAsync(string name, string version, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await ReadManifestAsync(name, version, cancellationToken);
            foreach (var (file, sha256) in manifest.Shards.SelectMany(shard => shard.Files()))
            {
                if (!await store.HoldsAsync(manifest.PathOf(file), sha256, cancellationToken))
                {
                    return null;
                }
            }

            return manifest;
        }
        catch (UnusableArtifactException)
        {
            return null;
        }
    }

    /// <summary>
    /// The items of a version in the order of their keys, from indexes and label tables alone: no picture is fetched, and nothing is
    /// cached.
    /// </summary>
    /// <exception cref="CorruptArtifactException">An index or a label table is not one.</exception>
    public async IAsyncEnumerable<DatasetItem> ItemsAsync(
        DatasetManifest manifest,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        foreach (var shard in manifest.Shards)
        {
            await foreach (var row in ShardRows.ReadAsync(store, manifest, shard, cancellationToken))
            {
                if (row.Item is { } item)
                {
                    yield return item;
                }
            }
        }
    }

    /// <summary>All published datasets in the ordinal order of their names; one whose pointers are damaged says so.</summary>
    public async IAsyncEnumerable<Listed<DatasetPointers>> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in NamesAsync(cancellationToken))
        {
            if (await Listed.ReadAsync(name, () => FindAsync(name, cancellationToken)) is { } listed)
            {
                yield return listed;
            }
        }
    }

    private async IAsyncEnumerable<string> NamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // In the order of names, which that of the paths is not: 'a-b/' comes before 'a/'.
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var artifact in store.ListAsync(DatasetLayout.Root, cancellationToken))
        {
            if (DatasetLayout.NameOfCurrent(artifact.Path) is { } name)
            {
                names.Add(name);
            }
        }

        foreach (var name in names)
        {
            yield return name;
        }
    }

    private static DatasetPointers PointAt(DatasetManifest manifest, DatasetPointers pointers)
    {
        if (manifest.Kind == DatasetKind.Raw)
        {
            return pointers with { Raw = manifest.Version };
        }

        var size = manifest.Size
            ?? throw new ArgumentException($"the manifest of prepared dataset '{manifest.Name}' has no size", nameof(manifest));
        return pointers with
        {
            Prepared = new SortedDictionary<int, string>(pointers.Prepared.ToDictionary()) { [size] = manifest.Version },
            PreparedLast = size,
        };
    }
}
