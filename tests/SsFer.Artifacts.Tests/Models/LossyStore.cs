using SsFer.Artifacts.Storage;
using SsFer.Testing;

namespace SsFer.Artifacts.Tests.Models;

/// <summary>
/// A store whose first conditional replacement is made and answered as if it had not been, after somebody else has written on top.
/// </summary>
internal sealed class LossyStore(IArtifactStore inner, Func<Task> meanwhile) : ForwardingStore(inner)
{
    private bool _lost;

    public override async Task<string?> TryPutIfMatchAsync(
        string path,
        ReadOnlyMemory<byte> content,
        string etag,
        CancellationToken cancellationToken
    )
    {
        var tag = await base.TryPutIfMatchAsync(path, content, etag, cancellationToken);
        if (_lost)
        {
            return tag;
        }

        _lost = true;
        await meanwhile();
        return null;
    }
}
