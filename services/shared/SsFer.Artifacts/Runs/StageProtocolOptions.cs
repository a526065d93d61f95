using System.ComponentModel.DataAnnotations;

namespace SsFer.Artifacts.Runs;

/// <summary>The times and limits of the stage protocol; every worker of a store must use the same.</summary>
public sealed class StageProtocolOptions : IValidatableObject
{
    /// <summary>How often an owner shows that it lives. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a looker must have seen the same heartbeat, on its own clock, before it takes the stage over. Default 60 s; at least
    /// three intervals.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.030", "01:00:00")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Attempts without progress after which the stage is failed. Default 5.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Pause after the first failed attempt; each further one waits four times as long. Default 1 s (then 4, 16, 64).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between two attempts. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LongestBackOff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>An owner that could not write for this long gives its claim up: one interval before anyone may take it.</summary>
    internal TimeSpan ClaimLifetime => StaleAfter - HeartbeatInterval;

    /// <summary>Pause after the attempt with this number (from 1).</summary>
    public TimeSpan BackOff(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(FirstBackOff.TotalSeconds * Math.Pow(4, attempt - 1), LongestBackOff.TotalSeconds));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StaleAfter < 3 * HeartbeatInterval)
        {
            yield return new ValidationResult(
                $"{nameof(StaleAfter)} ({StaleAfter}) must be at least three times {nameof(HeartbeatInterval)} ({HeartbeatInterval})",
                [nameof(StaleAfter)]
            );
        }
    }
}
