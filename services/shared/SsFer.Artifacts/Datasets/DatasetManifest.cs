namespace SsFer.Artifacts.Datasets;

/// <summary>Raw pictures as imported, or faces that were detected, aligned and resized.</summary>
public enum DatasetKind
{
    Raw,
    Prepared,
}

/// <summary>What a dataset version holds. Written last: a version without a manifest does not exist.</summary>
public sealed record DatasetManifest
{
    public required string Name { get; init; }

    /// <summary>Hash of the content (first 16 hexadecimal digits of SHA-256 over shard hashes and the description below).</summary>
    public required string Version { get; init; }

    public required DatasetKind Kind { get; init; }

    /// <summary>Side of a prepared face in pixels; null for raw pictures, which keep their own sizes.</summary>
    public int? Size { get; init; }

    /// <summary>Class names in the order of the class index; empty where nothing is labelled.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<ShardInfo> Shards { get; init; }

    /// <summary>Items per split, then per class name ("" = unlabelled).</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts { get; init; }

    /// <summary>Pictures that are not in the dataset, each with the reason.</summary>
    public required IReadOnlyList<RejectedItem> Rejected { get; init; }

    /// <summary>
    /// How the version was made: importer or detector with its options, counters such as rows without a file, share detected.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Provenance { get; init; }
}

/// <summary>One tar file of a version: <c>shard-NNNNN.tar</c> and its index beside it.</summary>
/// <param name="File">File name in the folder of the version.</param>
/// <param name="Sha256">Of the tar file, lower-case hexadecimal.</param>
/// <param name="Items">Pictures in the shard.</param>
/// <param name="Bytes">Length of the tar file.</param>
/// <param name="IndexSha256">Of the index beside it, lower-case hexadecimal.</param>
public sealed record ShardInfo(string File, string Sha256, int Items, long Bytes, string IndexSha256);

/// <summary>A picture that was left out, and why.</summary>
public sealed record RejectedItem(string Source, string Reason);
