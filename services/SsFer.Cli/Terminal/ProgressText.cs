using System.Globalization;

namespace SsFer.Cli.Terminal;

/// <summary>Counts, rates and times as people read them.</summary>
internal static class ProgressText
{
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Three digits: 1,240 images/s, 87.3 images/s, 0.42 images/s.</summary>
    public static string Rate(double perSecond, string unit) =>
        perSecond.ToString(
            perSecond switch
            {
                >= 100 => "N0",
                >= 10 => "0.0",
                _ => "0.00",
            },
            CultureInfo.InvariantCulture
        ) + $" {unit}/s";

    /// <summary>The two largest units: 2 h 05 min, 3 min 48 s, 12 s.</summary>
    public static string Time(TimeSpan time) =>
        time switch
        {
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes:00} min"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s"),
        };

    /// <summary>What stands behind the stage: <c>1,204 of 28,558 images (4 %), 120 images/s, 3 min 48 s left, 3 rejected</c>.</summary>
    public static string Figures(ProgressUpdate update, RateEstimate rate) => string.Join(", ", Parts(update, rate));

    /// <summary>The same in pieces, the more important first.</summary>
    public static IReadOnlyList<string> Parts(ProgressUpdate update, RateEstimate rate)
    {
        var parts = new List<string>
        {
            update.Total > 0
                ? $"{Count(update.Done)} of {Count(update.Total)} {update.Unit} ({100 * update.Done / update.Total} %)"
                : $"{Count(update.Done)} {update.Unit}",
        };
        if (rate.Current is { } perSecond)
        {
            parts.Add(Rate(perSecond, update.Unit));
        }

        if (update.Done < update.Total && rate.TimeLeft(update.Done, update.Total) is { } left)
        {
            parts.Add($"{Time(left)} left");
        }

        if (update.Note is { Length: > 0 } note)
        {
            parts.Add(note);
        }

        return parts;
    }
}
