using System.Text.Json.Serialization;

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

    /// <summary>
    /// Hash of the content (first 16 hexadecimal digits of SHA-256 over the hashes of shards and label tables and the description
    /// below).
    /// </summary>
    public required string Version { get; init; }

    public required DatasetKind Kind { get; init; }

    /// <summary>Side of a prepared face in pixels; null for raw pictures, which keep their own sizes.</summary>
    public int? Size { get; init; }

    /// <summary>Class names in the order of the class index; empty where nothing is labelled.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<ShardInfo> Shards { get; init; }

    /// <summary>Items per split, then per class name ("" = unlabelled).</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts { get; init; }

    /// <summary>Labelled items that people voted on, per split; null where there is none.</summary>
    public IReadOnlyDictionary<string, int>? Voted { get; init; }

    /// <summary>Pictures of the version, in all splits; erased ones are none.</summary>
    [JsonIgnore]
    public int Pictures => Counts.Values.Sum(classes => classes.Values.Sum());

    /// <summary>Pictures that are not in the dataset, each with the reason.</summary>
    public required IReadOnlyList<RejectedItem> Rejected { get; init; }

    /// <summary>
    /// How the version was made: importer or detector with its options, counters such as rows without a file, share detected.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Provenance { get; init; }
}

/// <summary>
/// One tar file of a version, its index and its label table. Tar files and indexes stand once for all versions of a dataset that
/// hold the same pictures (<c>shards/{sha256}.tar</c> and <c>.index.jsonl</c>), label tables for all that label them alike
/// (<c>label-tables/{sha256}.jsonl</c>).
/// </summary>
/// <param name="File">Of the tar file: its path below the folder of the dataset; without a slash, as older versions have it, its name
/// in the folder of the version.</param>
/// <param name="Sha256">Of the tar file, lower-case hexadecimal.</param>
/// <param name="Items">Pictures in the tar file, the erased ones among them.</param>
/// <param name="Bytes">Length of the tar file.</param>
/// <param name="IndexSha256">Of the index beside it, lower-case hexadecimal.</param>
public sealed record ShardInfo(string File, string Sha256, int Items, long Bytes, string IndexSha256)
{
    /// <summary>Of the label table, lower-case hexadecimal; null in older versions, whose indexes hold the labels.</summary>
    public string? LabelsSha256 { get; init; }

    /// <summary>How many of the pictures were erased: they are in the tar file and no part of the version. Null where none was.</summary>
    public int? Erased { get; init; }

    internal string IndexFile => Path.ChangeExtension(File, ".index.jsonl");

    internal string? LabelsFile => LabelsSha256 is null ? null : DatasetLayout.LabelTableOf(LabelsSha256);

    /// <summary>The files and their hashes; the tar file last, so that a reader that sees it sees the others too.</summary>
    internal IEnumerable<(string File, string Sha256)> Files()
    {
        yield return (IndexFile, IndexSha256);
        if (LabelsFile is { } labels)
        {
            yield return (labels, LabelsSha256!);
        }

        yield return (File, Sha256);
    }
}

/// <summary>A picture that was left out, and why.</summary>
public sealed record RejectedItem(string Source, string Reason);
