namespace SsFer.Contracts.Events;

/// <summary>A stage gave up: its data is bad or its attempts are used up. A retry (CLI, Console) starts it anew.</summary>
public sealed record StageFailed
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required StageKind Kind { get; init; }

    public required int Attempts { get; init; }

    /// <summary>One line that names the cause and, where there is one, the item.</summary>
    public required string Reason { get; init; }
}
