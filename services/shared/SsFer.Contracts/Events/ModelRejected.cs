namespace SsFer.Contracts.Events;

/// <summary>A model was measured and kept out of production.</summary>
public sealed record ModelRejected
{
    public required string Run { get; init; }

    public required string Model { get; init; }

    /// <summary>What it failed by, with both figures.</summary>
    public required string Reason { get; init; }
}
