namespace SsFer.Cli.Terminal;

/// <summary>Rate over the last <see cref="Window"/>, so that a pause or a slow start is forgotten soon. Not thread-safe.</summary>
internal sealed class RateEstimate(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(0.5);
    private readonly Queue<(long Time, long Done)> _samples = new();
    private (long Time, long Done) _newest;

    public void Add(long done)
    {
        var now = time.GetTimestamp();
        if (_samples.Count == 0 || time.GetElapsedTime(_newest.Time, now) >= Spacing)
        {
            _newest = (now, done);
            _samples.Enqueue(_newest);
        }

        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Time, now) > Window)
        {
            _samples.Dequeue();
        }

        Current = PerSecond(now, done);
    }

    /// <summary>Per second; null until there is enough to go by.</summary>
    public double? Current { get; private set; }

    /// <summary>Time for what is left at the current rate; null where that cannot be said.</summary>
    public TimeSpan? TimeLeft(long done, long total) =>
        Current is > 0 and var rate && total >= done && (total - done) / rate is < 1e8 and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private double? PerSecond(long now, long done)
    {
        var (start, before) = _samples.Peek();
        var elapsed = time.GetElapsedTime(start, now);
        return elapsed >= Spacing && done > before ? (done - before) / elapsed.TotalSeconds : null;
    }
}
