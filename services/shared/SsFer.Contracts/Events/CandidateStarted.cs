namespace SsFer.Contracts.Events;

/// <summary>A model is tried beside production from now on, or in another way than before.</summary>
public sealed record CandidateStarted
{
    /// <summary>Id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Tells this candidacy from every other, also of the same model.</summary>
    public required string Candidacy { get; init; }

    /// <summary>How it is tried: <c>canary</c> or <c>shadow</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Share of the requests that a canary answers, in (0, 0.5]; null for a shadow.</summary>
    public double? Share { get; init; }

    public required string Reason { get; init; }
}
