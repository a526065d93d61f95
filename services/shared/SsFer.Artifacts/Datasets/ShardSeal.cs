namespace SsFer.Artifacts.Datasets;

/// <summary>
/// Closes one shard of an unfinished version (<c>seal-NNNNN.json</c> of its draft): once it is stored, the shard is never made again.
/// </summary>
/// <param name="Shard">The shard, as the manifest will list it.</param>
/// <param name="LastKey">Of the shard; the next one begins after it.</param>
/// <param name="Counts">As <see cref="DatasetManifest.Counts"/>, over this shard and all before it.</param>
/// <param name="Rejected">Pictures left out since the shard before.</param>
internal sealed record ShardSeal(
    ShardInfo Shard,
    string LastKey,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts,
    IReadOnlyList<RejectedItem> Rejected
)
{
    /// <summary>As <see cref="DatasetManifest.Voted"/>, over this shard and all before it.</summary>
    public IReadOnlyDictionary<string, int>? Voted { get; init; }
}
