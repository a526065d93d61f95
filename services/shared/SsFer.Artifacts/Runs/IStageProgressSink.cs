namespace SsFer.Artifacts.Runs;

/// <summary>Takes what a stage says of its progress. Called from the stage's threads: it neither blocks nor throws.</summary>
public interface IStageProgressSink
{
    void Report(StageProgress progress);
}

/// <summary>How far a stage is.</summary>
public sealed record StageProgress
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    public required long TotalSteps { get; init; }

    public required double ImagesPerSecond { get; init; }

    /// <summary>Loss and whatever else the stage measures, by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }
}
