using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Writes one version of a dataset: shards to local scratch while pictures come, then all of them to the store and the manifest last, so a version is
/// there wholly or not at all. The version is a hash of the content; writing the same content again gives the same bytes under the same version, does no
/// harm, and mends a shard that was damaged. Memory does not grow with the number of pictures, only with that of the rejected ones. One caller at a time.
/// </summary>
public sealed class DatasetWriter : IAsyncDisposable
{
    private readonly IArtifactStore _store;
    private readonly DatasetDraft _draft;
    private readonly int _itemsPerShard;
    private readonly string _scratch;
    private readonly HashSet<string> _classes;
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _counts = new(StringComparer.Ordinal);
    private readonly List<RejectedItem> _rejected = [];
    private readonly List<ShardInfo> _shards = [];
    private ShardWriter? _open;
    private string? _lastKey;
    private State _state = State.Adding;

    private DatasetWriter(IArtifactStore store, DatasetDraft draft, DatasetWriterOptions options)
    {
        _store = store;
        _draft = draft;
        _itemsPerShard = options.ItemsPerShard;
        _classes = new HashSet<string>(draft.Classes, StringComparer.Ordinal);
        _scratch = Path.Combine(Path.GetFullPath(options.ScratchDirectory ?? Path.GetTempPath()), $"ssfer-dataset-{Guid.NewGuid():n}");
    }

    private enum State
    {
        Adding,
        Broken,
        Complete,
    }

    /// <exception cref="ArgumentException">The name, the size or the classes of the draft, or an option, cannot be.</exception>
    public static DatasetWriter Create(IArtifactStore store, DatasetDraft draft, DatasetWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(draft);
        options ??= new DatasetWriterOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ItemsPerShard, 1, nameof(options));
        DatasetName.Validate(draft.Name);
        if (draft.Kind == DatasetKind.Prepared ? draft.Size is not > 0 : draft.Size is not null)
        {
            throw new ArgumentException($"dataset '{draft.Name}': prepared faces have a size in pixels, raw pictures have none", nameof(draft));
        }

        if (draft.Classes.Contains("") || draft.Classes.Distinct(StringComparer.Ordinal).Count() != draft.Classes.Count)
        {
            throw new ArgumentException($"dataset '{draft.Name}': a class has no name, or two have the same", nameof(draft));
        }

        return new DatasetWriter(store, draft, options);
    }

    /// <summary>Adds one picture. After a failure in here the writer takes nothing more and the dataset is not written.</summary>
    /// <param name="item">Its key is greater, in ordinal order, than all before; it serves as a file name: no dot in the last segment, 100 bytes with the extension.</param>
    /// <param name="encodedImage">The encoded file, not pixels; free for other use once the task is done.</param>
    /// <param name="extension">Of the file: png, jpg ...; a leading dot and capitals are fine.</param>
    /// <param name="cancellationToken">Stops the write and with it the dataset.</param>
    /// <exception cref="InvalidOperationException">The key is not greater than the one before, or the writer is broken or complete.</exception>
    /// <exception cref="ArgumentException">The item cannot be stored as it is: key, split, class, box or extension; the message names it.</exception>
    /// <exception cref="StorageFullException">No room in the scratch folder.</exception>
    public async Task AddAsync(DatasetItem item, ReadOnlyMemory<byte> encodedImage, string extension, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(extension);
        Demand(State.Adding);
        var suffix = extension.TrimStart('.').ToLowerInvariant();
        Validate(item, encodedImage, suffix);
        if (_lastKey is not null && string.CompareOrdinal(item.Key, _lastKey) <= 0)
        {
            throw new InvalidOperationException($"dataset '{_draft.Name}': key '{item.Key}' came after '{_lastKey}'; keys have to be added in strictly increasing ordinal order");
        }

        // Only a finished step makes the writer whole again: half an entry in a shard must never be stored.
        _state = State.Broken;
        await InScratchAsync(async () =>
        {
            if (_open is null)
            {
                Directory.CreateDirectory(_scratch);
                _open = new ShardWriter(_scratch, _shards.Count);
            }

            await _open.AddAsync(WithSortedRules(item), encodedImage, suffix, cancellationToken);
            if (_open.Items == _itemsPerShard)
            {
                await FinishShardAsync(cancellationToken);
            }
        });
        Count(item);
        _lastKey = item.Key;
        _state = State.Adding;
    }

    /// <summary>Records a picture that is left out; the order of calls does not matter.</summary>
    public void Reject(string source, string reason)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reason);
        Demand(State.Adding);
        _rejected.Add(new RejectedItem(source, reason));
    }

    /// <summary>Stores the version. Where the store fails in between, nothing is visible and the call may be made again.</summary>
    /// <param name="provenance">Added to that of the draft and stronger than it; see <see cref="DatasetDraft.Provenance"/>.</param>
    /// <param name="cancellationToken">Stops between and within uploads.</param>
    /// <exception cref="ArtifactException">No picture was added.</exception>
    public async Task<DatasetManifest> CompleteAsync(IReadOnlyDictionary<string, string> provenance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provenance);
        Demand(State.Adding);
        if (_lastKey is null)
        {
            var why = _rejected.Count == 0 ? "no picture was found" : $"all {_rejected.Count} pictures were rejected, the first ({_rejected[0].Source}): {_rejected[0].Reason}";
            throw new ArtifactException($"dataset '{_draft.Name}' would be empty: {why}");
        }

        if (_open is not null)
        {
            _state = State.Broken;
            await InScratchAsync(() => FinishShardAsync(cancellationToken));
            _state = State.Adding;
        }

        var manifest = Describe(provenance);
        foreach (var shard in manifest.Shards)
        {
            await UploadAsync(manifest, DatasetLayout.IndexFile(shard.File), cancellationToken);
            await UploadAsync(manifest, shard.File, cancellationToken);
        }

        // Null means that the same content, hence the same manifest, is already there.
        await _store.TryPutJsonIfAbsentAsync(DatasetLayout.ManifestOf(manifest.Name, manifest.Version), manifest, cancellationToken);
        _state = State.Complete;
        return manifest;
    }

    /// <summary>Deletes the scratch; what was not completed is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _state = State.Complete;
        if (_open is not null)
        {
            try
            {
                await _open.DisposeAsync();
            }
            catch (IOException)
            {
                // Closing flushes; on a full disk that fails a second time. The first failure has been reported and the file is deleted below.
            }

            _open = null;
        }

        if (Directory.Exists(_scratch))
        {
            Directory.Delete(_scratch, recursive: true);
        }
    }

    private void Validate(DatasetItem item, ReadOnlyMemory<byte> image, string extension)
    {
        var wrong = ShardWriter.WhyNotAKey(item.Key, extension) is { } key ? $"its key {key}"
            : !DatasetSplit.IsKnown(item.Split) ? $"its split '{item.Split}' is none of train, validation, test"
            : item.Label is not null && !_classes.Contains(item.Label) ? $"its class '{item.Label}' is none of {string.Join(", ", _draft.Classes)}"
            : item.Box is { Count: not 4 } ? $"its box has {item.Box.Count} numbers instead of four"
            : extension is "" or "json" || !extension.All(char.IsAsciiLetterOrDigit) ? $"'{extension}' cannot be the extension of a picture"
            : image.IsEmpty ? "its picture has no bytes"
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException($"item '{item.Key}' of dataset '{_draft.Name}' ({item.Source}) cannot be stored: {wrong}", nameof(item));
        }
    }

    private void Count(DatasetItem item)
    {
        if (!_counts.TryGetValue(item.Split, out var perClass))
        {
            _counts.Add(item.Split, perClass = new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        perClass[item.Label ?? ""] = perClass.GetValueOrDefault(item.Label ?? "") + 1;
    }

    private async Task FinishShardAsync(CancellationToken cancellationToken)
    {
        _shards.Add(await _open!.CompleteAsync(cancellationToken));
        await _open.DisposeAsync();
        _open = null;
    }

    private DatasetManifest Describe(IReadOnlyDictionary<string, string> provenance)
    {
        var how = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in _draft.Provenance.Concat(provenance))
        {
            how[key] = value;
        }

        var manifest = new DatasetManifest
        {
            Name = _draft.Name,
            Version = "",
            Kind = _draft.Kind,
            Size = _draft.Size,
            Classes = [.. _draft.Classes],
            Shards = [.. _shards],
            Counts = _counts.ToDictionary(split => split.Key, IReadOnlyDictionary<string, int> (split) => split.Value),
            Rejected = [.. _rejected.OrderBy(item => item.Source, StringComparer.Ordinal).ThenBy(item => item.Reason, StringComparer.Ordinal)],
            Provenance = how,
        };
        return manifest with { Version = DatasetLayout.VersionOf(manifest) };
    }

    private async Task UploadAsync(DatasetManifest manifest, string file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(Path.Combine(_scratch, file));
        await _store.PutAsync(DatasetLayout.PartOf(manifest.Name, manifest.Version, file), content, cancellationToken);
    }

    private async Task InScratchAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw new StorageFullException(_scratch, fault);
        }
    }

    private void Demand(State state)
    {
        if (_state != state)
        {
            throw new InvalidOperationException($"the writer of dataset '{_draft.Name}' is {(_state == State.Broken ? "broken by an earlier failure" : "complete")}");
        }
    }

    private static DatasetItem WithSortedRules(DatasetItem item) => item.LabelsByRule is null
        ? item
        : item with { LabelsByRule = new SortedDictionary<string, string?>(item.LabelsByRule.ToDictionary(), StringComparer.Ordinal) };
}
