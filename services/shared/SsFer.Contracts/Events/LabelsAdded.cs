namespace SsFer.Contracts.Events;

/// <summary>Labels were stored; the retraining policy looks whether they are enough.</summary>
public sealed record LabelsAdded
{
    public required string Dataset { get; init; }

    /// <summary>The idempotency key of the request: the same batch is stored once.</summary>
    public required string Batch { get; init; }

    /// <summary>Labels in the batch.</summary>
    public required int Count { get; init; }

    public required DateTimeOffset Added { get; init; }
}
