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

    /// <summary>How long the messages after a stage may take in all; while the broker is away they are dropped after this. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan AnnouncementTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class StageWorkerOptionsValidation : IValidateOptions<StageWorkerOptions>;
