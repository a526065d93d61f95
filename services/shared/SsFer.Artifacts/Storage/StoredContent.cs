namespace SsFer.Artifacts.Storage;

/// <summary>Content that is known by its hash.</summary>
internal static class StoredContent
{
    private const int CopyBuffer = 128 * 1024;

    /// <summary>Whether exactly the content of this hash is stored at the path; it is read to its end where anything is.</summary>
    public static async Task<bool> HoldsAsync(this IArtifactStore store, string path, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = new HashingStream(await store.OpenReadAsync(path, cancellationToken));
            await content.CopyToAsync(Stream.Null, CopyBuffer, cancellationToken);
            return content.Sha256 == sha256;
        }
        catch (ArtifactNotFoundException)
        {
            return false;
        }
    }
}
