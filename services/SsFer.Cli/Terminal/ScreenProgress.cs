using System.Text;

namespace SsFer.Cli.Terminal;

/// <summary>
/// Progress for someone who watches: one line at the bottom, never wrapped, with everything that is said above it. A stage that ends
/// leaves its last figures behind as a line of their own.
/// </summary>
/// <param name="error">The terminal.</param>
/// <param name="columns">Its width at this moment.</param>
/// <param name="time">Clock of the rate and of how often the line is drawn.</param>
internal sealed class ScreenProgress(TextWriter error, Func<int> columns, TimeProvider time) : IProgressDisplay, IDisposable
{
    private const string ClearLine = "\r\u001b[2K";

    // Should the width be misjudged, as where the window has just been made narrower, the end of the line is lost and not the screen.
    private const string WrapOff = "\u001b[?7l";
    private const string WrapOn = "\u001b[?7h";
    private const int WidestBar = 20;
    private const int NarrowestBar = 8;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(0.1);
    private readonly Lock _lock = new();
    private RateEstimate _rate = new(time);
    private ProgressUpdate? _last;
    private long? _drawn;

    public void Report(ProgressUpdate update)
    {
        lock (_lock)
        {
            if (_last is not null && _last.Stage != update.Stage)
            {
                EndStage();
            }

            _rate.Add(update.Done);
            _last = update;
            if (_drawn is not { } before || time.GetElapsedTime(before) >= Spacing)
            {
                error.Write(Drawn());
            }
        }
    }

    /// <summary>A line above the progress, which may be as long as it likes.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            error.Write($"{ClearLine}{line}{error.NewLine}{Drawn()}");
        }
    }

    /// <summary>Ends the last stage.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            EndStage();
        }
    }

    private void EndStage()
    {
        if (_last is not null)
        {
            error.Write($"{ClearLine}{_last.Stage}: {ProgressText.Figures(_last, _rate)}{error.NewLine}");
        }

        _last = null;
        _drawn = null;
        _rate = new RateEstimate(time);
    }

    private string Drawn()
    {
        if (_last is null)
        {
            return "";
        }

        _drawn = time.GetTimestamp();
        return $"{ClearLine}{WrapOff}{Line(_last, columns() - 1)}{WrapOn}"; // some terminals wrap already when the last column is filled
    }

    /// <summary>As many of the figures as there is room for, and a bar where some is left.</summary>
    private string Line(ProgressUpdate update, int width)
    {
        var parts = ProgressText.Parts(update, _rate);
        var text = new StringBuilder(parts[0]);
        foreach (var part in parts.Skip(1).TakeWhile(part => update.Stage.Length + text.Length + part.Length + 3 <= width))
        {
            text.Append(", ").Append(part);
        }

        var room = Math.Min(WidestBar, width - update.Stage.Length - text.Length - 2);
        var line = update.Total > 0 && room >= NarrowestBar ? $"{update.Stage} {Bar(update, room)} {text}" : $"{update.Stage} {text}";
        return line.Length <= width ? line : $"{line[..Math.Max(0, width - 1)]}…";
    }

    private static string Bar(ProgressUpdate update, int length)
    {
        var done = (int)Math.Clamp(length * update.Done / update.Total, 0, length);
        return new string('━', done) + new string('─', length - done);
    }
}
