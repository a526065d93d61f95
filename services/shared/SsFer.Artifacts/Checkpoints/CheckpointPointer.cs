namespace SsFer.Artifacts.Checkpoints;

/// <summary>A complete checkpoint. It exists for the world once a stage record holds this pointer.</summary>
public sealed record CheckpointPointer
{
    /// <summary>Folder in the store, without a trailing slash.</summary>
    public required string Folder { get; init; }

    /// <summary>Optimiser steps (or items, for a stage that does not train) done when it was written.</summary>
    public required long Step { get; init; }

    public required IReadOnlyList<StoredFile> Files { get; init; }

    /// <summary>Metrics since the checkpoint before; null where there are none.</summary>
    public MetricSegment? Metrics { get; init; }
}

/// <summary>A file of a folder. <paramref name="Sha256"/> is lower-case hexadecimal, <paramref name="Length"/> in bytes.</summary>
public sealed record StoredFile(string Name, string Sha256, long Length);

/// <summary>Metrics between two checkpoints, as JSON lines in one file.</summary>
public sealed record MetricSegment(string Path, string Sha256, long Length);
