using SsFer.Artifacts.Storage;
using SsFer.Testing;

namespace SsFer.Inference.Tests.Keeping;

/// <summary>A store in which pictures can be kept only once it is told to, or never.</summary>
internal sealed class BrokenStore(IArtifactStore inner) : ForwardingStore(inner)
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once a picture is to be kept.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Ends the waiting, with its fault where it has one.</summary>
    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (path.StartsWith("kept/", StringComparison.Ordinal))
        {
            _asked.TrySetResult();
            await Open.Task.WaitAsync(cancellationToken);
        }

        return await base.TryPutIfAbsentAsync(path, content, cancellationToken);
    }
}
