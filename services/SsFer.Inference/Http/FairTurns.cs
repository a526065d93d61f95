using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>How many may wait, in all and of one caller.</summary>
/// <param name="Most">Of all callers together.</param>
/// <param name="OfOne">Of any single caller.</param>
internal readonly record struct Shares(long Most, long OfOne)
{
    public static Shares Unlimited { get; } = new(long.MaxValue, long.MaxValue);

    /// <summary>A part of them for each caller, but at least one.</summary>
    public static Shares Of(long most, double share) => new(most, Math.Max(1, (long)Math.Ceiling(most * share)));
}

/// <summary>
/// Shares of something of which there is a fixed amount: turns, places, bytes. Callers that wait are served in rotation, each in the
/// order it came, so that one who asks for much delays nobody else by more than what is under way. Where callers are told apart by when
/// they asked, one who is not alone also leaves a share of one to the others: so they need not wait for what is under way either.
/// Thread-safe.
/// </summary>
/// <param name="amount">What there is, in all and for one caller.</param>
/// <param name="waiting">How many may wait.</param>
/// <param name="refusal">What is told to those who may not.</param>
/// <param name="callers">Who asked lately; null where nobody leaves a share to others.</param>
internal sealed class FairTurns(Shares amount, Shares waiting, string refusal, RecentCallers? callers = null)
{
    private const int RetryAfter = 1;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private readonly LinkedList<Caller> _rotation = new();
    private long _waiting;
    private long _inUse;

    public long Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    public long InUse
    {
        get
        {
            lock (_lock)
            {
                return _inUse;
            }
        }
    }

    /// <summary>Waits for a share, which ends with what is returned. One larger than all there is waits until it is alone.</summary>
    /// <exception cref="RequestRefusedException">Too many wait already.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IDisposable> EnterAsync(string caller, long weight, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            waiter = Add(caller, weight);
            Serve();
            if (!waiter.Granted.Task.IsCompleted && (_waiting > waiting.Most || waiter.Caller.Waiters.Count > waiting.OfOne))
            {
                Remove(waiter);
                throw RequestRefusedException.Busy(refusal, RetryAfter);
            }
        }

        await using (cancellationToken.Register(() => GiveUp(waiter, cancellationToken)))
        {
            return await waiter.Granted.Task;
        }
    }

    /// <summary>A share for one who does not wait: nobody else does, and as much as told stays free beside it.</summary>
    /// <exception cref="RequestRefusedException">It is not to be had now.</exception>
    public IDisposable EnterAtOnce(string caller, long weight, long spare)
    {
        lock (_lock)
        {
            if (_waiting == 0 && _inUse + weight + spare <= amount.Most)
            {
                var waiter = Add(caller, weight);
                Serve();
                if (waiter.Granted.Task.IsCompletedSuccessfully)
                {
                    return waiter.Granted.Task.Result;
                }

                Remove(waiter); // the caller has its part
            }

            throw RequestRefusedException.Busy(refusal, RetryAfter);
        }
    }

    private Waiter Add(string name, long weight)
    {
        if (!_callers.TryGetValue(name, out var caller))
        {
            _callers[name] = caller = new Caller(name);
        }

        callers?.Note(name);
        var waiter = new Waiter(caller, weight);
        if (caller.Waiters.Count == 0)
        {
            _rotation.AddLast(caller.Place);
        }

        waiter.Place = caller.Waiters.AddLast(waiter);
        _waiting++;
        return waiter;
    }

    private void Remove(Waiter waiter)
    {
        var caller = waiter.Caller;
        caller.Waiters.Remove(waiter.Place!);
        _waiting--;
        if (caller.Waiters.Count == 0)
        {
            _rotation.Remove(caller.Place);
        }

        Forget(caller);
    }

    private void Forget(Caller caller)
    {
        if (caller.InUse == 0 && caller.Waiters.Count == 0)
        {
            _callers.Remove(caller.Name);
        }
    }

    private void Serve()
    {
        for (var place = _rotation.First; place is not null; )
        {
            var (caller, waiter) = (place.Value, place.Value.Waiters.First!.Value);
            if (caller.InUse > 0 && caller.InUse + waiter.Weight > MostOf(caller))
            {
                place = place.Next; // has its part: the next caller
                continue;
            }

            if (_inUse > 0 && _inUse + waiter.Weight > amount.Most)
            {
                return; // nobody smaller overtakes it for ever
            }

            (_inUse, caller.InUse) = (_inUse + waiter.Weight, caller.InUse + waiter.Weight);
            Remove(waiter);
            if (caller.Waiters.Count > 0)
            {
                _rotation.Remove(caller.Place);
                _rotation.AddLast(caller.Place);
            }

            waiter.Granted.TrySetResult(new Share(this, waiter));
            place = _rotation.First;
        }
    }

    private long MostOf(Caller caller) => callers?.IsAlone(caller.Name) ?? true ? amount.OfOne : Math.Min(amount.OfOne, amount.Most - 1);

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiter.Granted.TrySetCanceled(cancellationToken))
            {
                Remove(waiter);
                Serve();
            }
        }
    }

    private void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            (_inUse, waiter.Caller.InUse) = (_inUse - waiter.Weight, waiter.Caller.InUse - waiter.Weight);
            Forget(waiter.Caller);
            Serve();
        }
    }

    private sealed class Caller
    {
        public Caller(string name) => (Name, Place) = (name, new LinkedListNode<Caller>(this));

        public string Name { get; }

        public LinkedListNode<Caller> Place { get; }

        public LinkedList<Waiter> Waiters { get; } = new();

        public long InUse { get; set; }
    }

    private sealed class Waiter(Caller caller, long weight)
    {
        public Caller Caller => caller;

        public long Weight => weight;

        public LinkedListNode<Waiter>? Place { get; set; }

        public TaskCompletionSource<IDisposable> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Share(FairTurns turns, Waiter waiter) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                turns.Leave(waiter);
            }
        }
    }
}
