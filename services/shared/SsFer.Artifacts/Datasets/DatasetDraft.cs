namespace SsFer.Artifacts.Datasets;

/// <summary>What is known of a dataset version before its first picture.</summary>
public sealed record DatasetDraft
{
    public required string Name { get; init; }

    public required DatasetKind Kind { get; init; }

    /// <summary>Side of a prepared face in pixels; null for raw pictures.</summary>
    public int? Size { get; init; }

    /// <summary>Class names in the order of the class index; empty where nothing is labelled.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Whether a class that no picture turns out to have is none, and goes from the classes as the version is completed.</summary>
    public bool OnlyUsedClasses { get; init; }

    /// <summary>
    /// See <see cref="DatasetManifest.Provenance"/>; it counts towards the version, so it must hold no date and nothing else that
    /// differs when the same is done again.
    /// </summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();

    /// <exception cref="ArgumentException">The name, the size or the classes cannot be.</exception>
    internal void Validate()
    {
        DatasetName.Validate(Name);
        if (Kind == DatasetKind.Prepared ? Size is not > 0 : Size is not null)
        {
            throw new ArgumentException($"dataset '{Name}': prepared faces have a size in pixels, raw pictures have none");
        }

        if (Classes.Contains("") || Classes.Distinct(StringComparer.Ordinal).Count() != Classes.Count)
        {
            throw new ArgumentException($"dataset '{Name}': a class has no name, or two have the same");
        }
    }

    /// <summary>What is wrong with the split or the label of a picture; null where nothing is.</summary>
    internal string? FaultOfLabels(DatasetItem item) =>
        !DatasetSplit.IsKnown(item.Split) ? $"its split '{item.Split}' is none of train, validation, test"
        : item.Label is not null && !Classes.Contains(item.Label) ? $"its class '{item.Label}' is none of {string.Join(", ", Classes)}"
        : item.Votes is { } votes && (votes.Count == 0 || votes.Values.Any(count => count < 1)) ? "its votes must be above zero"
        : null;

    internal ArgumentException CannotStore(DatasetItem item, string fault) =>
        new($"item '{item.Key}' of dataset '{Name}' ({item.Source}) cannot be stored: {fault}", nameof(item));
}

/// <summary>How a <see cref="DatasetWriter"/> works; only the shard size shows in what it writes.</summary>
public sealed record DatasetWriterOptions
{
    /// <summary>Pictures in a shard, 4,096 unless told; 1 or more.</summary>
    public int ItemsPerShard { get; init; } = 4096;

    /// <summary>
    /// Where shards stand until they are stored; needs room for one shard, or for the whole dataset where the writer does not
    /// resume. The system's folder for temporary files unless told.
    /// </summary>
    public string? ScratchDirectory { get; init; }

    /// <summary>Tells which unfinished versions were given up.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
