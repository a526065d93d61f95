using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing;

namespace SsFer.Console.Datasets;

/// <summary>A dataset and its current versions.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Raw">Version of the raw pictures; null where only prepared faces were published.</param>
/// <param name="Prepared">Version of the prepared faces by their side in pixels.</param>
/// <param name="Damage">What is damaged, so that nothing more is known; null where nothing is.</param>
public sealed record DatasetAnswer(string Name, string? Raw, IReadOnlyDictionary<int, string> Prepared, string? Damage)
{
    internal static DatasetAnswer Of(Listed<DatasetPointers> dataset)
    {
        var current = dataset.Value ?? new DatasetPointers();
        return new DatasetAnswer(dataset.Name, current.Raw, current.Prepared, dataset.Damage);
    }
}

/// <summary>A dataset with what its current versions hold.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Versions">Those that can be read.</param>
/// <param name="Damaged">The others.</param>
public sealed record DatasetDetailAnswer(string Name, IReadOnlyList<VersionAnswer> Versions, IReadOnlyList<DamagedVersionAnswer> Damaged);

/// <summary>A version of which nothing can be told.</summary>
/// <param name="Version">The version.</param>
/// <param name="Damage">What is damaged, and the cure, in one line.</param>
public sealed record DamagedVersionAnswer(string Version, string Damage);

/// <summary>What a version holds.</summary>
public sealed record VersionAnswer
{
    private const int RejectedShown = 100;

    public required string Version { get; init; }

    /// <summary>raw or prepared.</summary>
    public required string Kind { get; init; }

    /// <summary>Side of a prepared face in pixels; null for raw pictures.</summary>
    public required int? Size { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required int Items { get; init; }

    /// <summary>Items per split, then per class ("" = unlabelled).</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts { get; init; }

    /// <summary>Pictures that are not in the version.</summary>
    public required int RejectedCount { get; init; }

    /// <summary>The first of them, each with the reason.</summary>
    public required IReadOnlyList<RejectedItem> Rejected { get; init; }

    public required IReadOnlyDictionary<string, string> Provenance { get; init; }

    /// <summary>What the import decided by itself, in sentences.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    internal static VersionAnswer Of(DatasetManifest manifest) =>
        new()
        {
            Version = manifest.Version,
            Kind = manifest.Kind == DatasetKind.Raw ? "raw" : "prepared",
            Size = manifest.Size,
            Classes = manifest.Classes,
            Items = manifest.Pictures,
            Counts = manifest.Counts,
            RejectedCount = manifest.Rejected.Count,
            Rejected = [.. manifest.Rejected.Take(RejectedShown)],
            Provenance = manifest.Provenance,
            Findings = ImportFindings.Of(manifest),
        };
}
