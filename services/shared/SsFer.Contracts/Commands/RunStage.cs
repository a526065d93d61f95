namespace SsFer.Contracts.Commands;

/// <summary>
/// A stage can be claimed: look at its record. Only a wake-up; the record is the truth, so this message may be lost, late, doubled
/// or out of order without harm. Sent to the queue of the stage's kind (<see cref="ResourceNames.StageQueue"/>).
/// </summary>
public sealed record RunStage
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required StageKind Kind { get; init; }
}
