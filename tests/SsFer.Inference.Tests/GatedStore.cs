using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Testing;

namespace SsFer.Inference.Tests;

/// <summary>A store that gives out models only once it is told to, and may fail to say which one is in production.</summary>
internal sealed class GatedStore(IArtifactStore inner, Task open) : ForwardingStore(inner)
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once it is asked for a model.</summary>
    public Task Asked => _asked.Task;

    /// <summary>The store does not answer when asked for the alias.</summary>
    public bool IsAway { get; set; }

    public override Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        IsAway && path == ModelPaths.Production
            ? throw new ArtifactUnavailableException(path, "made to fail")
            : base.TryReadAsync(path, cancellationToken);

    public override async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await open.WaitAsync(cancellationToken);
        return await base.OpenReadAsync(path, cancellationToken);
    }
}
