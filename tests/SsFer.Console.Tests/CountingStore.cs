using System.Collections.Concurrent;
using SsFer.Artifacts.Storage;
using SsFer.Testing;

namespace SsFer.Console.Tests;

/// <summary>A store that keeps which documents were read.</summary>
internal sealed class CountingStore(IArtifactStore inner) : ForwardingStore(inner)
{
    public ConcurrentQueue<string> Read { get; } = new();

    public override Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        Read.Enqueue(path);
        return base.TryReadAsync(path, cancellationToken);
    }
}
