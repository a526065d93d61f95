using System.Text.Json;
using SsFer.Inference.Drift;

namespace SsFer.Inference.Models;

/// <summary>
/// A right to use a model that is served; it stays loaded until the lease ends, whatever is promoted meanwhile.
/// </summary>
internal sealed class ModelLease : IDisposable
{
    private ServedPipeline? _served;

    internal ModelLease(ServedPipeline served)
    {
        _served = served;
        (Pipeline, Version) = (served.Pipeline, served.Version);
    }

    public FaceExpressionPipeline Pipeline { get; }

    public ServedVersion Version { get; }

    public void Dispose() => Interlocked.Exchange(ref _served, null)?.Leave();
}

/// <summary>How a model came to be served.</summary>
/// <param name="Promotion">Number of the promotion that brought it into production; null where it was asked for by its name, and for
/// a candidate.</param>
/// <param name="Since">When this instance began to serve it.</param>
/// <param name="Card">Its card; null where the store has none.</param>
/// <param name="Drift">Its answers of late beside those of its evaluation; null where the card does not tell of those.</param>
internal sealed record ServedVersion(long? Promotion, DateTimeOffset Since, JsonElement? Card, DriftWindow? Drift);

/// <summary>A pipeline and the number of its users: who keeps it loaded, and every request. The last one out disposes it.</summary>
internal sealed class ServedPipeline(FaceExpressionPipeline pipeline, ServedVersion version)
{
    private int _users = 1;

    public FaceExpressionPipeline Pipeline { get; } = pipeline;

    public ServedVersion Version { get; } = version;

    /// <summary>Whether no request uses it now.</summary>
    public bool IsIdle => Volatile.Read(ref _users) <= 1;

    /// <summary>Null where the last user has gone: what is disposed does not come back.</summary>
    public ModelLease? TryLease()
    {
        for (var users = Volatile.Read(ref _users); users > 0; )
        {
            var before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
            {
                return new ModelLease(this);
            }

            users = before;
        }

        return null;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Pipeline.Dispose();
        }
    }
}
