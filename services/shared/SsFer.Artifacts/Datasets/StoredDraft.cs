using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// The finished shards of an unfinished version (<c>datasets/{name}/drafts/{id}/</c>), where the next writer of the same input
/// finds them. The id is a hash of all that decides the content, so nobody goes on from shards of another input. Shards are named
/// by their hash and a seal is put only where there is none: of two writers at work on one draft the slower finds its own shard
/// sealed already, and neither can change what the other reads. Of a completed draft the header stays and says which version it
/// became: whoever was killed before that version was published need not make it again.
/// </summary>
internal sealed class StoredDraft
{
    /// <summary>Nobody works on one version for this long; a draft begun earlier was given up, or its version published.</summary>
    private static readonly TimeSpan GivenUpAge = TimeSpan.FromDays(30);

    private readonly IArtifactStore _store;
    private readonly DraftHeader _header;
    private readonly string _id;
    private bool _begun;

    public StoredDraft(IArtifactStore store, DatasetDraft draft, string input, int itemsPerShard, TimeProvider time)
    {
        _store = store;
        _header = new DraftHeader(time.GetUtcNow(), draft, input, itemsPerShard);
        var identity = JsonSerializer.SerializeToUtf8Bytes(
            _header with
            {
                Begun = default,
                Draft = draft with { Provenance = Sorted(draft.Provenance) },
            },
            ArtifactJson.Line
        );
        _id = Convert.ToHexStringLower(SHA256.HashData(identity))[..16];
    }

    public string Folder => FolderOf(_header.Draft.Name, _id);

    private string HeaderPath => DatasetLayout.DraftHeaderOf(_header.Draft.Name, _id);

    /// <summary>
    /// The version that an earlier writer made of this draft, while it is stored and sound to its last byte; null otherwise.
    /// </summary>
    /// <exception cref="ArtifactException">The draft is damaged; it is removed.</exception>
    public async Task<DatasetManifest?> FindCompletedAsync(CancellationToken cancellationToken)
    {
        if ((await ReadHeaderAsync(cancellationToken))?.Completed is not { } version)
        {
            return null;
        }

        var manifest = await new DatasetCatalog(_store).FindSoundAsync(_header.Draft.Name, version, cancellationToken);
        // A version that was deleted or damaged since is made again from the beginning.
        await RemoveAsync(Folder, manifest is null ? null : HeaderPath, cancellationToken);
        return manifest;
    }

    /// <summary>The seals of an earlier writer, from the first on without a gap; none where there was no earlier writer.</summary>
    /// <exception cref="ArtifactException">A seal is damaged; the draft is removed.</exception>
    public async Task<IReadOnlyList<ShardSeal>> ReadSealsAsync(CancellationToken cancellationToken)
    {
        var seals = new List<ShardSeal>();
        _begun = await ReadHeaderAsync(cancellationToken) is not null;
        try
        {
            while (_begun && await _store.TryReadJsonAsync<ShardSeal>(SealPath(seals.Count), cancellationToken) is { } seal)
            {
                seals.Add(seal.Value);
            }
        }
        catch (CorruptArtifactException)
        {
            throw await DamagedAsync(cancellationToken);
        }

        return seals;
    }

    /// <summary>Stores a shard that stands in the scratch folder, then its seal.</summary>
    /// <exception cref="ArtifactException">Another writer sealed other content as this shard.</exception>
    public async Task SealAsync(int number, ShardSeal seal, WriterScratch scratch, CancellationToken cancellationToken)
    {
        if (!_begun)
        {
            await _store.TryPutJsonIfAbsentAsync(HeaderPath, _header, cancellationToken);
            _begun = true;
        }

        foreach (var (file, sha256) in seal.Shard.Files())
        {
            // The same pictures may be part of another version already.
            if (!await _store.HoldsAsync(PlaceOf(file), sha256, cancellationToken))
            {
                await using var content = File.OpenRead(scratch.File(file));
                await _store.PutAsync(PartPath(file), content, cancellationToken);
            }
        }

        if (
            await _store.TryPutJsonIfAbsentAsync(SealPath(number), seal, cancellationToken) is null
            && await _store.TryReadJsonAsync<ShardSeal>(SealPath(number), cancellationToken) is { } other
            && other.Value.Shard != seal.Shard
        )
        {
            throw new ArtifactException(
                $"another process made another shard {number} of dataset '{_header.Draft.Name}' from the same input: let it "
                    + $"finish, or stop it, then run the same command again"
            );
        }
    }

    /// <summary>The pictures of a sealed shard, in their order.</summary>
    /// <exception cref="ArtifactException">The shard's index is damaged or gone; the draft is removed.</exception>
    public async IAsyncEnumerable<DatasetItem> ItemsAsync(ShardInfo shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var index = await OpenAsync(shard.IndexFile, cancellationToken) ?? throw await DamagedAsync(cancellationToken);
        await using var labels = await OpenAsync(shard.LabelsFile!, cancellationToken) ?? throw await DamagedAsync(cancellationToken);
        await using var rows = ShardRows
            .JoinAsync(shard, index, labels, PartPath(shard.IndexFile), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(rows, cancellationToken) is { } row)
        {
            yield return row.Item!;
        }

        if (index.Sha256 != shard.IndexSha256 || labels.Sha256 != shard.LabelsSha256)
        {
            throw await DamagedAsync(cancellationToken);
        }
    }

    /// <summary>Copies a file of a sealed shard to its place in the version.</summary>
    /// <returns>False where the draft is gone, because another writer completed it.</returns>
    /// <exception cref="ArtifactException">It is damaged; the draft is removed.</exception>
    public async Task<bool> TryCopyAsync(string file, string sha256, string target, CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(PartPath(file), cancellationToken) is not { } content)
        {
            return false;
        }

        await using (content)
        {
            await _store.PutAsync(target, content, cancellationToken);
            return content.Sha256 == sha256 ? true : throw await DamagedAsync(cancellationToken);
        }
    }

    /// <summary>Notes which version the draft became, then removes its shards, and the drafts of the dataset that were given up.</summary>
    public async Task CompleteAsync(string version, CancellationToken cancellationToken)
    {
        if (_begun)
        {
            // Before the first deletion: from here on there is either the draft to go on from or the version to be found.
            using var header = new MemoryStream(ArtifactJson.Serialize(_header with { Completed = version }), writable: false);
            await _store.PutAsync(HeaderPath, header, cancellationToken);
            await RemoveAsync(Folder, HeaderPath, cancellationToken);
        }

        var oldest = _header.Begun - GivenUpAge;
        var others = new HashSet<string>(StringComparer.Ordinal);
        var all = DatasetLayout.DraftsOf(_header.Draft.Name);
        await foreach (var artifact in _store.ListAsync(all, cancellationToken))
        {
            others.Add(artifact.Path[all.Length..].Split('/')[0]);
        }

        others.Remove(_id);
        foreach (var id in others)
        {
            if (await BegunAsync(id, cancellationToken) is not { } begun || begun < oldest)
            {
                await RemoveAsync(FolderOf(_header.Draft.Name, id), null, cancellationToken);
            }
        }
    }

    private async Task<DraftHeader?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _store.TryReadJsonAsync<DraftHeader>(HeaderPath, cancellationToken))?.Value;
        }
        catch (CorruptArtifactException)
        {
            throw await DamagedAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Null where there is no header to read: it is written first and deleted first, so this is the rest of a removal that was killed.
    /// </summary>
    private async Task<DateTimeOffset?> BegunAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await _store.TryReadJsonAsync<DraftHeader>(DatasetLayout.DraftHeaderOf(_header.Draft.Name, id), cancellationToken))
                ?.Value
                .Begun;
        }
        catch (CorruptArtifactException)
        {
            return null;
        }
    }

    private async Task RemoveAsync(string folder, string? except, CancellationToken cancellationToken)
    {
        // Listed in full first: a store need not stand a deletion in the middle of its listing. Ordinal order puts the header, then
        // the seals, before shards.
        var paths = new List<string>();
        await foreach (var artifact in _store.ListAsync(folder, cancellationToken))
        {
            paths.Add(artifact.Path);
        }

        foreach (var path in paths.Where(path => path != except))
        {
            await _store.DeleteAsync(path, cancellationToken);
        }
    }

    /// <summary>A file of a sealed shard: the draft's own, or the one that another version has as well; null where it is gone.</summary>
    private async Task<HashingStream?> OpenAsync(string file, CancellationToken cancellationToken) =>
        await TryOpenAsync(PartPath(file), cancellationToken) ?? await TryOpenAsync(PlaceOf(file), cancellationToken);

    private async Task<HashingStream?> TryOpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new HashingStream(await _store.OpenReadAsync(path, cancellationToken));
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
    }

    private async ValueTask<ShardRow?> NextAsync(IAsyncEnumerator<ShardRow> rows, CancellationToken cancellationToken)
    {
        try
        {
            return await rows.MoveNextAsync() ? rows.Current : null;
        }
        catch (CorruptArtifactException)
        {
            throw await DamagedAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Sealed shards that cannot be read must not stop the next writer as well: unlike damage to a version, this is a fault that
    /// passes.
    /// </summary>
    public async Task<ArtifactException> DamagedAsync(CancellationToken cancellationToken)
    {
        await RemoveAsync(Folder, null, cancellationToken);
        return new ArtifactException(
            $"the unfinished version in '{Folder}' was damaged and has been removed: run the same command again, it starts anew"
        );
    }

    private string SealPath(int number) => $"{Folder}seal-{number:00000}.json";

    private string PartPath(string file) => $"{Folder}shard-{Path.GetFileName(file)}";

    private string PlaceOf(string file) => $"{DatasetLayout.Root}{_header.Draft.Name}/{file}";

    private static string FolderOf(string name, string id) => $"{DatasetLayout.DraftsOf(name)}{id}/";

    private static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> values) =>
        new(values.ToDictionary(), StringComparer.Ordinal);

    /// <summary>What the draft is of; written before anything else of it.</summary>
    private sealed record DraftHeader(DateTimeOffset Begun, DatasetDraft Draft, string Input, int ItemsPerShard)
    {
        /// <summary>The version that the draft became; null while it is unfinished.</summary>
        public string? Completed { get; init; }
    }
}
