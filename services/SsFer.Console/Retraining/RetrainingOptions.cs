using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SsFer.Console.Retraining;

/// <summary>When new labels start a run (<c>Retraining</c>).</summary>
public sealed class RetrainingOptions
{
    public const string Section = "Retraining";

    /// <summary>As many labels that no version has yet are enough. Default 100.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumNewLabels { get; set; } = 100;

    /// <summary>A label that waited so long is enough by itself. Default one day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often waiting labels are looked at without being told of new ones. Default one minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class RetrainingOptionsValidation : IValidateOptions<RetrainingOptions>;
