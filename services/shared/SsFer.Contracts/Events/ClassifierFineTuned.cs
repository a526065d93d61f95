namespace SsFer.Contracts.Events;

/// <summary>An encoder and the labels became a classifier (paper, section 3.3).</summary>
public sealed record ClassifierFineTuned
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required ArtifactReference Classifier { get; init; }
}
