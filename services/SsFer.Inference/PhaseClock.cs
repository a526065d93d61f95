namespace SsFer.Inference;

/// <summary>Parts of the work on a picture.</summary>
internal enum Phase
{
    Decode,
    Detect,
    Cut,
    Classify,
    Explain,
}

/// <summary>Adds up where the time of a request goes, over all its pictures. Thread-safe.</summary>
public sealed class PhaseClock(TimeProvider time)
{
    private readonly long[] _ticks = new long[Enum.GetValues<Phase>().Length];

    public PhaseMilliseconds Milliseconds => new(Of(Phase.Decode), Of(Phase.Detect), Of(Phase.Cut), Of(Phase.Classify), Of(Phase.Explain));

    /// <summary>All phases together.</summary>
    internal TimeSpan AtWork => TimeSpan.FromTicks(_ticks.Sum());

    /// <summary>Also where the work fails: it took its time.</summary>
    internal T Measure<T>(Phase phase, Func<T> work)
    {
        var began = time.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Add(ref _ticks[(int)phase], time.GetElapsedTime(began).Ticks);
        }
    }

    private double Of(Phase phase) => Math.Round(TimeSpan.FromTicks(Interlocked.Read(ref _ticks[(int)phase])).TotalMilliseconds, 2);
}
