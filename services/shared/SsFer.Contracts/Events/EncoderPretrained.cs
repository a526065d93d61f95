namespace SsFer.Contracts.Events;

/// <summary>An encoder learnt to reconstruct masked faces (paper, section 3.2).</summary>
public sealed record EncoderPretrained
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required ArtifactReference Encoder { get; init; }
}
