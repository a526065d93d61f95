namespace SsFer.Cli.Terminal;

/// <summary>Progress where nobody watches: one line every ten seconds, and one at the end of each stage.</summary>
internal sealed class LineProgress(TextWriter error, TimeProvider time) : IProgressDisplay, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private RateEstimate _rate = new(time);
    private ProgressUpdate? _last;
    private bool _lastIsWritten;
    private long _written;

    public void Report(ProgressUpdate update)
    {
        lock (_lock)
        {
            if (_last?.Stage != update.Stage)
            {
                BeginStage();
            }

            var ends = IsComplete(update) && !IsComplete(_last);
            _rate.Add(update.Done);
            _lastIsWritten &= update == _last;
            _last = update;
            if (ends || time.GetElapsedTime(_written) >= Interval)
            {
                Write();
            }
        }
    }

    /// <summary>Ends the last stage.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Write();
        }
    }

    private static bool IsComplete(ProgressUpdate? update) => update is { Total: > 0 } && update.Done >= update.Total;

    private void BeginStage()
    {
        Write();
        _last = null;
        _rate = new RateEstimate(time);
        _written = time.GetTimestamp();
    }

    private void Write()
    {
        if (_last is null || _lastIsWritten)
        {
            return;
        }

        error.WriteLine($"{_last.Stage}: {ProgressText.Figures(_last, _rate)}");
        _lastIsWritten = true;
        _written = time.GetTimestamp();
    }
}
