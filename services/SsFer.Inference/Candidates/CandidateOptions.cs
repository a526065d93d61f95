using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SsFer.Inference.Candidates;

/// <summary>When a candidate is aborted (section <c>Inference:Candidate</c> of the configuration).</summary>
public sealed class CandidateOptions
{
    public const string Section = $"{InferenceOptions.Section}:Candidate";

    /// <summary>Least answers of the candidate, in one instance, before it is compared with production. Default 50.</summary>
    [Range(1, AnswerWindow.MostKept)]
    public int MinAnswers { get; set; } = 50;

    /// <summary>How old answers may be that are compared. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Share of its requests by which the candidate may fail more often than production. Default 0.01.</summary>
    [Range(0.0, 1.0)]
    public double FailureTolerance { get; set; } = 0.01;

    /// <summary>How many times as long as production's a face of the candidate may take. Default 1.5.</summary>
    [Range(1.0, 1000.0)]
    public double MaxSlowdown { get; set; } = 1.5;

    /// <summary>Requests that wait to be worked on in the shadow, each with its pictures; any more are skipped. Default 2.</summary>
    [Range(1, 16)]
    public int MaxShadows { get; set; } = 2;

    internal AbortRule Rule => new(MinAnswers, FailureTolerance, MaxSlowdown);
}

[OptionsValidator]
internal sealed partial class CandidateOptionsValidation : IValidateOptions<CandidateOptions>;
