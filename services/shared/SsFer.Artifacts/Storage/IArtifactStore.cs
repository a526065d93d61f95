namespace SsFer.Artifacts.Storage;

/// <summary>
/// The one store of SsFer: datasets, checkpoints, runs and models. Paths are relative, with <c>/</c> between segments
/// (<c>datasets/ferplus/3f2a/manifest.json</c>); their first segment is the container. A write is either wholly visible or not at all.
/// There is no append and no lease: everything that must happen once is built on the two conditional writes.
/// </summary>
/// <remarks>
/// All members throw <see cref="StorageFullException"/> when the medium has no room and <see cref="ArtifactUnavailableException"/>
/// when it cannot be reached for now, and leave what was stored before untouched.
/// </remarks>
public interface IArtifactStore
{
    /// <summary>Reads a small document whole, with the tag that a conditional write needs; null where there is none.</summary>
    Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Opens an artifact for streaming.</summary>
    /// <exception cref="ArtifactNotFoundException">Nothing is stored at the path.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Whether something is stored at exactly this path.</summary>
    Task<bool> ExistsAsync(string path, CancellationToken cancellationToken);

    /// <summary>Writes unconditionally, replacing what was there.</summary>
    Task PutAsync(string path, Stream content, CancellationToken cancellationToken);

    /// <summary>Writes where nothing is yet; returns the new tag, or null when something already stood there.</summary>
    Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces exactly the content that carries <paramref name="etag"/>; returns the new tag, or null when another writer was faster.
    /// </summary>
    Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken);

    /// <summary>All artifacts whose path starts with <paramref name="prefix"/>, in ordinal order of their paths.</summary>
    IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes; absent is not an error.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A small document and the tag of exactly this content.</summary>
public sealed record StoredDocument(ReadOnlyMemory<byte> Content, string ETag);

/// <summary>One entry of a listing. <paramref name="Length"/> is in bytes.</summary>
public sealed record StoredArtifact(string Path, long Length);
