using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.FaceDetection;

/// <summary>
/// What was prepared of the same pictures in the same way before (<c>datasets/{name}/preparations/{id}.json</c>): where they were
/// labelled anew since, or some were erased, the faces follow, and no picture is looked at again.
/// </summary>
internal sealed class EarlierPreparation
{
    private readonly IArtifactStore _store;
    private readonly DatasetCatalog _catalog;
    private readonly DatasetManifest _raw;
    private readonly DatasetDraft _draft;
    private readonly PreparationOptions _options;
    private readonly string _path;

    /// <param name="store">Holds both versions.</param>
    /// <param name="raw">The pictures that are to be prepared.</param>
    /// <param name="draft">What is known of the prepared version.</param>
    /// <param name="options">How they are prepared.</param>
    /// <param name="input">All else that decides which faces come.</param>
    public EarlierPreparation(IArtifactStore store, DatasetManifest raw, DatasetDraft draft, PreparationOptions options, string input)
    {
        (_store, _raw, _draft, _options) = (store, raw, draft, options);
        _catalog = new DatasetCatalog(store);
        var identity = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                pictures = raw.Shards.Select(shard => shard.Sha256),
                draft.Size,
                how = new SortedDictionary<string, string>(draft.Provenance.Where(DecidesTheFaces).ToDictionary(), StringComparer.Ordinal),
                input,
                (options.Writer ?? new DatasetWriterOptions()).ItemsPerShard,
            },
            ArtifactJson.Line
        );
        var id = Convert.ToHexStringLower(SHA256.HashData(identity))[..16];
        _path = $"{Containers.Datasets}/{raw.Name}/preparations/{id}.json";
    }

    /// <summary>Notes what the pictures became, for those who label them anew.</summary>
    public async Task NoteAsync(DatasetManifest prepared, CancellationToken cancellationToken)
    {
        // Of pictures that lack some nobody could tell what became of those.
        if (_raw.Shards.All(shard => shard.Erased is null))
        {
            using var note = new MemoryStream(ArtifactJson.Serialize(new Note(prepared.Version)), writable: false);
            await _store.PutAsync(_path, note, cancellationToken);
        }
    }

    /// <summary>
    /// The version that preparing the pictures would make, from faces that were prepared before; null where there are none, where
    /// they are damaged, or where the new labels let other pictures count as faces.
    /// </summary>
    public async Task<DatasetManifest?> TryFollowAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } prepared || !await HasTheSameFacesAsync(prepared, cancellationToken))
        {
            return null;
        }

        await using var raw = new LabelsByKey(_catalog.ItemsAsync(_raw, cancellationToken).GetAsyncEnumerator(cancellationToken));
        var provenance = new Dictionary<string, string>(prepared.Provenance, StringComparer.Ordinal);
        foreach (var (key, value) in _draft.Provenance)
        {
            provenance[key] = value;
        }

        return await new Relabelling(_store).WriteAsync(
            prepared,
            _draft with
            {
                Provenance = provenance,
            },
            face => raw.FindAsync(face.Key),
            cancellationToken
        );
    }

    private static bool DecidesTheFaces(KeyValuePair<string, string> entry) => entry.Key != PreparationProvenance.RawVersion;

    private async Task<DatasetManifest?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _store.TryReadJsonAsync<Note>(_path, cancellationToken) is { } note
                ? await _catalog.FindSoundAsync(_raw.Name, note.Value.Prepared, cancellationToken)
                : null;
        }
        catch (CorruptArtifactException)
        {
            return null;
        }
    }

    /// <summary>
    /// A large picture without a face is kept for its label alone (<see cref="FacePreparer"/>): none may have won or lost it.
    /// </summary>
    private async Task<bool> HasTheSameFacesAsync(DatasetManifest prepared, CancellationToken cancellationToken)
    {
        if (_options.Detector == DetectorChoice.None)
        {
            return true; // all are kept
        }

        await using var raw = new LabelsByKey(_catalog.ItemsAsync(_raw, cancellationToken).GetAsyncEnumerator(cancellationToken));
        await foreach (var face in _catalog.ItemsAsync(prepared, cancellationToken))
        {
            if (await raw.FindAsync(face.Key) is { } picture && face.Box is null && IsLabelled(face) && !IsLabelled(picture))
            {
                return false;
            }
        }

        return !await raw.HasPassedALabelAsync();
    }

    private static bool IsLabelled(DatasetItem item) => item.Label is not null || item.LabelsByRule is not null;

    /// <summary>The version that the pictures became.</summary>
    private sealed record Note(string Prepared);

    /// <summary>Looks pictures up in the order of their keys, one of them in memory at a time.</summary>
    private sealed class LabelsByKey(IAsyncEnumerator<DatasetItem> items) : IAsyncDisposable
    {
        private bool _isWaiting;
        private bool _hasPassedALabel;

        /// <summary>Null where there is none; keys come in ascending order.</summary>
        public async ValueTask<DatasetItem?> FindAsync(string key)
        {
            while (_isWaiting || (_isWaiting = await items.MoveNextAsync()))
            {
                var order = string.CompareOrdinal(items.Current.Key, key);
                if (order > 0)
                {
                    return null;
                }

                _isWaiting = false;
                if (order == 0)
                {
                    return items.Current;
                }

                _hasPassedALabel |= IsLabelled(items.Current);
            }

            return null;
        }

        /// <summary>Whether a picture that nobody looked up has a label, up to the last one.</summary>
        public async ValueTask<bool> HasPassedALabelAsync()
        {
            while (_isWaiting || (_isWaiting = await items.MoveNextAsync()))
            {
                _isWaiting = false;
                _hasPassedALabel |= IsLabelled(items.Current);
            }

            return _hasPassedALabel;
        }

        public ValueTask DisposeAsync() => items.DisposeAsync();
    }
}
