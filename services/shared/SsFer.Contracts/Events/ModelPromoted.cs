namespace SsFer.Contracts.Events;

/// <summary>A model went into production.</summary>
public sealed record ModelPromoted
{
    /// <summary>Id of the model that is in production now.</summary>
    public required string Model { get; init; }

    /// <summary>Id of the model that was before; null for the first.</summary>
    public string? Previous { get; init; }

    /// <summary>Number of the entry in the alias's history; greater is later.</summary>
    public required long Sequence { get; init; }

    public required string Reason { get; init; }
}
