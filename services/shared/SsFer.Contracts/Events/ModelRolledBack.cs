namespace SsFer.Contracts.Events;

/// <summary>An earlier model went back into production.</summary>
public sealed record ModelRolledBack
{
    /// <summary>Id of the model that is in production now.</summary>
    public required string Model { get; init; }

    /// <summary>Id of the model that was taken out of it.</summary>
    public required string Previous { get; init; }

    /// <summary>Number of the entry in the alias's history; greater is later.</summary>
    public required long Sequence { get; init; }

    public required string Reason { get; init; }
}
