using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SsFer.StageHosting;

/// <summary>How a worker finds stages (<c>StageWorker</c>).</summary>
public sealed class StageWorkerOptions
{
    public const string Section = "StageWorker";

    /// <summary>How often an idle worker looks for stages that nobody woke it for. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Pause of a worker after its second failure in a row; doubled with each further one, up to <see cref="LongestPause"/>. A
    /// first failure may be anybody's, a second hints at the worker, such as at a full disk: another then gets its chance before
    /// the stage's attempts are used up. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a stage may go without a step, a picture or a note before its attempt is ended, as in a driver that hangs: its heart
    /// would beat for ever. Longer than it takes from one report of a training to the next. Default 30 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "7.00:00:00")]
    public TimeSpan StandstillTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long the messages after a stage may take in all; while the broker is away they are dropped after this. Default 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan AnnouncementTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a worker stays away from all stages after that many failures in a row.</summary>
    internal TimeSpan PauseAfter(int failures) =>
        failures < 2
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(Math.Min(FirstPause.TotalSeconds * Math.Pow(2, failures - 2), LongestPause.TotalSeconds));
}

[OptionsValidator]
internal sealed partial class StageWorkerOptionsValidation : IValidateOptions<StageWorkerOptions>;
