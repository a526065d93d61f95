namespace SsFer.Artifacts.Storage;

/// <summary>A small document as a value, and the tag of exactly this content.</summary>
public sealed record StoredJson<T>(T Value, string ETag)
    where T : notnull;

/// <summary>Documents of the store as values, in the form <see cref="ArtifactJson.Document"/> gives them.</summary>
public static class ArtifactStoreJsonExtensions
{
    /// <summary>Null where nothing is stored at the path.</summary>
    /// <exception cref="CorruptArtifactException">What is stored is not a <typeparamref name="T"/>; the message names the path.</exception>
    public static async Task<StoredJson<T>?> TryReadJsonAsync<T>(
        this IArtifactStore store,
        string path,
        CancellationToken cancellationToken
    )
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(store);
        var document = await store.TryReadAsync(path, cancellationToken);
        return document is null ? null : new StoredJson<T>(ArtifactJson.Deserialize<T>(document.Content.Span, path), document.ETag);
    }

    /// <summary>Writes where nothing is yet; returns the new tag, or null when something already stood there.</summary>
    public static Task<string?> TryPutJsonIfAbsentAsync<T>(
        this IArtifactStore store,
        string path,
        T value,
        CancellationToken cancellationToken
    )
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.TryPutIfAbsentAsync(path, ArtifactJson.Serialize(value), cancellationToken);
    }

    /// <summary>
    /// Replaces exactly the document that carries <paramref name="etag"/>; returns the new tag, or null when another writer was
    /// faster.
    /// </summary>
    public static Task<string?> TryPutJsonIfMatchAsync<T>(
        this IArtifactStore store,
        string path,
        T value,
        string etag,
        CancellationToken cancellationToken
    )
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.TryPutIfMatchAsync(path, ArtifactJson.Serialize(value), etag, cancellationToken);
    }
}
