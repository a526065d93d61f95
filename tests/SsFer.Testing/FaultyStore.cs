using SsFer.Artifacts.Storage;

namespace SsFer.Testing;

/// <summary>
/// A store that fails where it is told to, before or after the write took place, as a process that dies there would leave it.
/// </summary>
public sealed class FaultyStore(IArtifactStore inner) : ForwardingStore(inner)
{
    private int _writes;

    /// <summary>Writes so far.</summary>
    public int Writes => _writes;

    /// <summary>
    /// Fails before the write with this number, from 1, and before every one after it: the process is dead. Null fails none.
    /// </summary>
    public int? DieAt { get; set; }

    /// <summary>Fails after a write to such a path was applied: the answer is lost.</summary>
    public Predicate<string> FailAfter { get; set; } = _ => false;

    public override async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        Before(path);
        await base.PutAsync(path, content, cancellationToken);
        After(path);
    }

    public override async Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Before(path);
        var tag = await base.TryPutIfAbsentAsync(path, content, cancellationToken);
        After(path);
        return tag;
    }

    public override async Task<string?> TryPutIfMatchAsync(
        string path,
        ReadOnlyMemory<byte> content,
        string etag,
        CancellationToken cancellationToken
    )
    {
        Before(path);
        var tag = await base.TryPutIfMatchAsync(path, content, etag, cancellationToken);
        After(path);
        return tag;
    }

    public override Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        Before(path);
        return base.DeleteAsync(path, cancellationToken);
    }

    private void Before(string path)
    {
        if (Interlocked.Increment(ref _writes) >= DieAt)
        {
            throw new ArtifactUnavailableException(path, "made to fail");
        }
    }

    private void After(string path)
    {
        if (FailAfter(path))
        {
            throw new ArtifactUnavailableException(path, "the answer was made to get lost");
        }
    }
}
