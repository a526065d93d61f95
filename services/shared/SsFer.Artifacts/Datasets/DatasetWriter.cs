using System.Runtime.CompilerServices;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Writes one version of a dataset: shards while pictures come, their place in the version and the manifest last, so a version is
/// there wholly or not at all. The version is a hash of the content; writing the same content again gives the same bytes under the
/// same version, does no harm, and mends a shard that was damaged. A writer from <see cref="ResumeAsync"/> stores each shard as it
/// is full, and goes on after the last one that an earlier writer stored. Shards that the store
/// holds already are not written again. Memory does not grow with the number of pictures, only with that of the rejected ones. One
/// caller at a time.
/// </summary>
public sealed class DatasetWriter : IAsyncDisposable
{
    private readonly IArtifactStore _store;
    private readonly DatasetDraft _draft;
    private readonly int _itemsPerShard;
    private readonly WriterScratch _scratch;
    private readonly DatasetTally _tally = new();
    private readonly StoredDraft? _stored;
    private ShardWriter? _open;
    private State _state = State.Adding;

    private DatasetWriter(IArtifactStore store, DatasetDraft draft, DatasetWriterOptions options, string? input)
    {
        _store = store;
        _draft = draft;
        _stored = input is null ? null : new StoredDraft(store, draft, input, options.ItemsPerShard, options.Time);
        _itemsPerShard = options.ItemsPerShard;
        _scratch = new WriterScratch(options);
    }

    private enum State
    {
        Adding,
        Broken,
        Complete,
    }

    /// <summary>
    /// Pictures whose shards are stored, and those rejected before them: as many of the input need not be looked at again. Zero
    /// without <see cref="ResumeAsync"/>.
    /// </summary>
    public int Sealed { get; private set; }

    /// <summary>
    /// The version an earlier writer made of the same draft and input, perhaps killed before it was published: the writer takes
    /// nothing then. Null otherwise.
    /// </summary>
    public DatasetManifest? Completed { get; private set; }

    /// <summary>A writer whose shards stay in the scratch folder until the version is complete; what it did not complete is gone.</summary>
    /// <exception cref="ArgumentException">The name, the size or the classes of the draft, or an option, cannot be.</exception>
    public static DatasetWriter Create(IArtifactStore store, DatasetDraft draft, DatasetWriterOptions? options = null) =>
        Create(store, draft, null, options);

    /// <summary>
    /// A writer that goes on where one of the same draft, input and shard size ended, however it ended. Several at the same time do
    /// each other no harm.
    /// </summary>
    /// <param name="store">Receives the version, and each shard as soon as it is full.</param>
    /// <param name="draft">What is known of the version.</param>
    /// <param name="input">All else that decides which pictures come and what they hold; with equal input the same pictures come, and
    /// the same are rejected, in the same order.</param>
    /// <param name="options">How the writer works.</param>
    /// <param name="cancellationToken">Stops the look for an earlier writer's shards.</param>
    /// <exception cref="ArtifactException">What an earlier writer left is damaged; it is removed, and the next writer starts
    /// anew.</exception>
    /// <exception cref="ArgumentException">The name, the size or the classes of the draft, or an option, cannot be.</exception>
    public static async Task<DatasetWriter> ResumeAsync(
        IArtifactStore store,
        DatasetDraft draft,
        string input,
        DatasetWriterOptions? options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        var writer = Create(store, draft, input, options);
        writer.Completed = await writer._stored!.FindCompletedAsync(cancellationToken);
        if (writer.Completed is not null)
        {
            writer._state = State.Complete;
            return writer;
        }

        foreach (var seal in await writer._stored.ReadSealsAsync(cancellationToken))
        {
            writer._tally.Restore(seal);
        }

        writer.Sealed = writer._tally.Added + writer._tally.Rejected.Count;
        return writer;
    }

    /// <summary>
    /// The stored pictures among <see cref="Sealed"/>, in their order: what a caller that counts has to count again. To be called
    /// before the first picture is added.
    /// </summary>
    /// <exception cref="ArtifactException">A stored shard is damaged; all are removed, and the next writer starts anew.</exception>
    public async IAsyncEnumerable<DatasetItem> SealedItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var shard in _tally.Shards)
        {
            await foreach (var item in _stored!.ItemsAsync(shard, cancellationToken))
            {
                yield return item;
            }
        }
    }

    /// <summary>Adds one picture. After a failure in here the writer takes nothing more and the dataset is not written.</summary>
    /// <param name="item">Its key is greater, in ordinal order, than all before; it serves as a file name: no dot in the last segment,
    /// 100 bytes with the extension.</param>
    /// <param name="encodedImage">The encoded file, not pixels; free for other use once the task is done.</param>
    /// <param name="extension">Of the file: png, jpg ...; a leading dot and capitals are fine.</param>
    /// <param name="cancellationToken">Stops the write and with it the dataset.</param>
    /// <exception cref="InvalidOperationException">The key is not greater than the one before, or the writer is broken or
    /// complete.</exception>
    /// <exception cref="ArgumentException">The item cannot be stored as it is: key, split, class, box or extension; the message names
    /// it.</exception>
    /// <exception cref="StorageFullException">No room in the scratch folder.</exception>
    public async Task AddAsync(DatasetItem item, ReadOnlyMemory<byte> encodedImage, string extension, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(extension);
        RequireState(State.Adding);
        var suffix = extension.TrimStart('.').ToLowerInvariant();
        Validate(item, encodedImage, suffix);
        if (_tally.LastKey is { } last && string.CompareOrdinal(item.Key, last) <= 0)
        {
            throw new InvalidOperationException(
                $"dataset '{_draft.Name}': key '{item.Key}' came after '{last}'; keys have to be added in strictly increasing ordinal order"
            );
        }

        // Only a finished step makes the writer whole again: half an entry in a shard must never be stored.
        _state = State.Broken;
        await InScratchAsync(async () =>
        {
            if (_open is null)
            {
                _scratch.Make();
                _open = new ShardWriter(_scratch.Path);
            }

            await _open.AddAsync(item, encodedImage, suffix, cancellationToken);
            _tally.Add(item);
            if (_open.Items == _itemsPerShard)
            {
                await FinishShardAsync(cancellationToken);
                await SealAsync(cancellationToken);
            }
        });
        _state = State.Adding;
    }

    /// <summary>Records a picture that is left out; the order of calls does not matter.</summary>
    public void Reject(string source, string reason)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reason);
        RequireState(State.Adding);
        _tally.Reject(new RejectedItem(source, reason));
    }

    /// <summary>Stores the version. Where the store fails in between, nothing is visible and the call may be made again.</summary>
    /// <param name="provenance">Added to that of the draft and stronger than it; see <see cref="DatasetDraft.Provenance"/>.</param>
    /// <param name="cancellationToken">Stops between and within uploads.</param>
    /// <exception cref="ArtifactException">No picture was added.</exception>
    public async Task<DatasetManifest> CompleteAsync(IReadOnlyDictionary<string, string> provenance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provenance);
        RequireState(State.Adding);
        if (_tally.LastKey is null)
        {
            var rejected = _tally.Rejected;
            var why =
                rejected.Count == 0
                    ? "no picture was found"
                    : $"all {rejected.Count} pictures were rejected, the first ({rejected[0].Source}): {rejected[0].Reason}";
            throw new ArtifactException($"dataset '{_draft.Name}' would be empty: {why}");
        }

        if (_open is not null)
        {
            _state = State.Broken;
            await InScratchAsync(() => FinishShardAsync(cancellationToken));
            _state = State.Adding;
        }

        var manifest = _tally.Describe(_draft, provenance);
        var manifestPath = DatasetLayout.ManifestOf(manifest.Name, manifest.Version);
        foreach (var (file, sha256) in manifest.Shards.SelectMany(shard => shard.Files()))
        {
            // Another writer of the same input removes the sealed shards once it has made this very version of them.
            if (
                !await TryPlaceAsync(manifest, file, sha256, cancellationToken)
                && !await _store.ExistsAsync(manifestPath, cancellationToken)
            )
            {
                throw await _stored!.DamagedAsync(cancellationToken);
            }
        }

        // Null means that the same content, hence the same manifest, is already there.
        await _store.TryPutJsonIfAbsentAsync(manifestPath, manifest, cancellationToken);
        if (_stored is not null)
        {
            await _stored.CompleteAsync(manifest.Version, cancellationToken);
        }

        _state = State.Complete;
        return manifest;
    }

    /// <summary>Deletes the scratch; what was neither completed nor sealed is gone.</summary>
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
                // Closing flushes; on a full disk that fails a second time. The first failure has been reported and the file is
                // deleted below.
            }

            _open = null;
        }

        _scratch.Dispose();
    }

    private static DatasetWriter Create(IArtifactStore store, DatasetDraft draft, string? input, DatasetWriterOptions? options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(draft);
        options ??= new DatasetWriterOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ItemsPerShard, 1, nameof(options));
        draft.Validate();
        return new DatasetWriter(store, draft, options, input);
    }

    private void Validate(DatasetItem item, ReadOnlyMemory<byte> image, string extension)
    {
        var wrong =
            ShardWriter.FaultOfKey(item.Key, extension) is { } key ? $"its key {key}"
            : _draft.FaultOfLabels(item) is { } labels ? labels
            : item.Box is { Count: not 4 } ? $"its box has {item.Box.Count} numbers instead of four"
            : extension is "" or "json" || !extension.All(char.IsAsciiLetterOrDigit) ? $"'{extension}' cannot be the extension of a picture"
            : image.IsEmpty ? "its picture has no bytes"
            : null;
        if (wrong is not null)
        {
            throw _draft.CannotStore(item, wrong);
        }
    }

    private async Task FinishShardAsync(CancellationToken cancellationToken)
    {
        _tally.Add(await _open!.CompleteAsync(cancellationToken));
        await _open.DisposeAsync();
        _open = null;
    }

    private async Task SealAsync(CancellationToken cancellationToken)
    {
        if (_stored is null)
        {
            return;
        }

        var seal = _tally.Seal();
        await _stored.SealAsync(_tally.Shards.Count - 1, seal, _scratch, cancellationToken);
        Sealed = _tally.Added + _tally.Rejected.Count;
        foreach (var (file, _) in seal.Shard.Files())
        {
            File.Delete(_scratch.File(file));
        }
    }

    /// <summary>
    /// Puts a file where the version has it, unless it stands there already: from the scratch folder, or, where a seal keeps it, from
    /// there; false where it is gone.
    /// </summary>
    private async Task<bool> TryPlaceAsync(DatasetManifest manifest, string file, string sha256, CancellationToken cancellationToken)
    {
        var target = manifest.PathOf(file);
        if (await _store.HoldsAsync(target, sha256, cancellationToken))
        {
            return true;
        }

        var local = _scratch.File(file);
        if (!File.Exists(local))
        {
            return _stored is not null && await _stored.TryCopyAsync(file, sha256, target, cancellationToken);
        }

        await using var content = File.OpenRead(local);
        await _store.PutAsync(target, content, cancellationToken);
        return true;
    }

    private async Task InScratchAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw new StorageFullException(_scratch.Path, fault);
        }
    }

    private void RequireState(State state)
    {
        if (_state != state)
        {
            throw new InvalidOperationException(
                $"the writer of dataset '{_draft.Name}' is {(_state == State.Broken ? "broken by an earlier failure" : "complete")}"
            );
        }
    }
}
