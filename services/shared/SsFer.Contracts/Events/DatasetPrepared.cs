namespace SsFer.Contracts.Events;

/// <summary>Raw pictures became prepared faces.</summary>
public sealed record DatasetPrepared
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    public required string Dataset { get; init; }

    /// <summary>Version of the prepared faces: the hash of their content.</summary>
    public required string Version { get; init; }

    /// <summary>Side of a face in pixels.</summary>
    public required int Size { get; init; }

    public required int Faces { get; init; }

    /// <summary>Pictures left out; the manifest says why.</summary>
    public required int Rejected { get; init; }
}
