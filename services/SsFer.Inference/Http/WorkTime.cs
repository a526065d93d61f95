using System.Globalization;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>How long a request may wait and be worked on once it has arrived.</summary>
internal sealed class WorkTime(IOptions<InferenceOptions> options, TimeProvider time)
{
    public Deadline Begin(CancellationToken requestAborted) => new(options.Value.RequestTimeout, time, requestAborted);

    /// <summary>For a part of the work on a request that must leave time for another.</summary>
    public Deadline BeginHalf(CancellationToken cancellationToken) => new(options.Value.RequestTimeout / 2, time, cancellationToken);

    /// <summary>Tells where the time goes.</summary>
    public PhaseClock NewClock() => new(time);
}

/// <summary>The end of the time that a request has.</summary>
internal sealed class Deadline : IDisposable
{
    private const int RetryAfter = 1;

    private readonly TimeSpan _length;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _passed;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan length, TimeProvider time, CancellationToken requestAborted)
    {
        (_length, _aborted) = (length, requestAborted);
        _passed = new CancellationTokenSource(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_passed.Token, requestAborted);
    }

    public TimeSpan Length => _length;

    /// <summary>Also where the client has gone.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the client still waits and the time is over.</summary>
    public bool HasPassed => _passed.IsCancellationRequested && !_aborted.IsCancellationRequested;

    public RequestRefusedException Refusal() =>
        RequestRefusedException.Busy(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the request was not answered within {_length.TotalSeconds} s: try again in a moment, with fewer or smaller pictures"
            ),
            RetryAfter
        );

    public void Dispose()
    {
        _either.Dispose();
        _passed.Dispose();
    }
}
