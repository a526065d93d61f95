namespace SsFer.Artifacts.Datasets;

/// <summary>One picture of a dataset and where its encoded bytes stand.</summary>
/// <param name="Item">What is known of the picture.</param>
/// <param name="Shard">Index into <see cref="DatasetManifest.Shards"/>.</param>
/// <param name="Offset">Of the encoded picture in the shard, in bytes.</param>
/// <param name="Length">Of the encoded picture, in bytes.</param>
/// <param name="Extension">Of the encoded picture, without the dot: png, jpg ...</param>
public sealed record DatasetEntry(DatasetItem Item, int Shard, long Offset, int Length, string Extension)
{
    /// <summary>
    /// Place among all pictures of the shards, erased ones counted: the same in every version that has these shards.
    /// </summary>
    public int Position { get; init; }
}
