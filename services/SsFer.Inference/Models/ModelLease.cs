namespace SsFer.Inference.Models;

/// <summary>
/// A right to use the model that was in production when it was given; the model stays loaded until the lease ends, whatever is
/// promoted meanwhile.
/// </summary>
public sealed class ModelLease : IDisposable
{
    private ServedPipeline? _served;

    internal ModelLease(ServedPipeline served)
    {
        _served = served;
        (Pipeline, Since) = (served.Pipeline, served.Since);
    }

    public FaceExpressionPipeline Pipeline { get; }

    /// <summary>When this instance began to serve the model.</summary>
    public DateTimeOffset Since { get; }

    public void Dispose() => Interlocked.Exchange(ref _served, null)?.Leave();
}

/// <summary>A pipeline and the number of its users: production itself, and every request. The last one out disposes it.</summary>
internal sealed class ServedPipeline(FaceExpressionPipeline pipeline, long sequence, DateTimeOffset since)
{
    private int _users = 1;

    public FaceExpressionPipeline Pipeline { get; } = pipeline;

    /// <summary>Of the promotion that brought it here.</summary>
    public long Sequence { get; } = sequence;

    public DateTimeOffset Since { get; } = since;

    /// <summary>False where the last user has gone: what is disposed does not come back.</summary>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0; )
        {
            var before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
            {
                return true;
            }

            users = before;
        }

        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Pipeline.Dispose();
        }
    }
}
