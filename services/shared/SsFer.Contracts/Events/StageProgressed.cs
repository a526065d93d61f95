namespace SsFer.Contracts.Events;

/// <summary>How far a stage is; at most once a second per stage.</summary>
public sealed record StageProgressed
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    public required long TotalSteps { get; init; }

    public required double ImagesPerSecond { get; init; }

    /// <summary>Loss and whatever else the stage measures, by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }
}
