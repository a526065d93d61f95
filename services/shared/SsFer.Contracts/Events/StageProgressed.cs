namespace SsFer.Contracts.Events;

/// <summary>How far a stage is; on the bus at most once a second per stage.</summary>
public sealed record StageProgressed
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    public required long TotalSteps { get; init; }

    /// <summary>Images in a step; null where a step is one image.</summary>
    public int? ImagesPerStep { get; init; }

    public required double ImagesPerSecond { get; init; }

    /// <summary>What the stage measures, by name; see <see cref="MetricNames"/>.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }
}
