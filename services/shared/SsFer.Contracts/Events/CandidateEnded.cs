namespace SsFer.Contracts.Events;

/// <summary>A model is tried beside production no more; where it or another was promoted, <see cref="ModelPromoted"/> says so.</summary>
public sealed record CandidateEnded
{
    /// <summary>Id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Tells the candidacy from every other, also of the same model.</summary>
    public required string Candidacy { get; init; }

    /// <summary>How it ended: <c>withdrawn</c> by somebody, or <c>aborted</c> by the service.</summary>
    public required string Outcome { get; init; }

    public required string Reason { get; init; }
}
