using System.Text.Json;
using SsFer.Artifacts.Checkpoints;

namespace SsFer.Artifacts.Runs;

public enum StageState
{
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>The truth about one stage of a run (<c>runs/{run}/stages/{stage}.json</c>); every change is a conditional write.</summary>
public sealed record StageRecord
{
    public StageState State { get; init; }

    /// <summary>Who holds the claim, or held the last one; null before the first.</summary>
    public StageOwner? Owner { get; init; }

    /// <summary>
    /// Grows by one with each claim and never shrinks. What was written under a lower fence counts only if the record points to it.
    /// </summary>
    public long Fence { get; init; }

    public Heartbeat? Heartbeat { get; init; }

    /// <summary>
    /// Attempts since the last progress, the running one included. A checkpoint of a later step starts the count anew at one.
    /// </summary>
    public int Attempt { get; init; }

    /// <summary>Back-off: not to be claimed before this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Where the next attempt resumes; null = from the start.</summary>
    public CheckpointPointer? Checkpoint { get; init; }

    /// <summary>Metrics up to <see cref="Checkpoint"/>, in order.</summary>
    public IReadOnlyList<MetricSegment> Metrics { get; init; } = [];

    /// <summary>The product; present exactly when the stage is completed.</summary>
    public StageArtifact? Artifact { get; init; }

    /// <summary>Why the last attempt ended badly; one line.</summary>
    public string? Error { get; init; }

    /// <summary>Set from outside; the owner reads it at its next heartbeat.</summary>
    public bool CancelRequested { get; init; }
}

/// <summary>
/// A sign of life. Lookers watch <paramref name="Beat"/> change on their own clock; <paramref name="At"/>, the owner's clock, is for
/// people.
/// </summary>
public sealed record Heartbeat(long Beat, DateTimeOffset At);

/// <summary>What a completed stage made.</summary>
public sealed record StageArtifact
{
    /// <summary>Folder of the artifact in the store, without a trailing slash; or one document (a dataset's manifest).</summary>
    public required string Path { get; init; }

    /// <summary>The files in the folder with their hashes, where <see cref="Path"/> is one.</summary>
    public IReadOnlyList<StoredFile> Files { get; init; } = [];

    /// <summary>A few figures worth showing in a list: accuracy, images seen, seconds.</summary>
    public JsonElement? Summary { get; init; }

    /// <summary>The checkpoint itself as the product.</summary>
    public static StageArtifact From(CheckpointPointer checkpoint, JsonElement? summary = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new StageArtifact
        {
            Path = checkpoint.Folder,
            Files = checkpoint.Files,
            Summary = summary,
        };
    }
}
