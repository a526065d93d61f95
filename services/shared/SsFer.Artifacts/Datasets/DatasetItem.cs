namespace SsFer.Artifacts.Datasets;

/// <summary>What is known of one picture; stored beside it as <c>key.json</c>.</summary>
public sealed record DatasetItem
{
    /// <summary>Unique in the dataset; ordinal order is the order of storage.</summary>
    public required string Key { get; init; }

    /// <summary>train, validation or test.</summary>
    public required string Split { get; init; }

    /// <summary>Class name, or null where unlabelled.</summary>
    public string? Label { get; init; }

    /// <summary>Further labels by rule or task (for FERPlus: plurality, majority), null values where the rule drops the picture.</summary>
    public IReadOnlyDictionary<string, string?>? LabelsByRule { get; init; }

    /// <summary>
    /// How many people saw each class in the picture, by its name; names of no class (FERPlus: unknown, NF) may be among them. Counts are
    /// above zero. Null where nobody voted.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Votes { get; init; }

    /// <summary>Face box (x0, y0, x1, y1) in pixels of the picture, upright as viewers show it, or null where no face was found.</summary>
    public IReadOnlyList<float>? Box { get; init; }

    /// <summary>Landmarks as x, y pairs in the same pixels: right eye, left eye, nose, mouth ... ; null where unknown.</summary>
    public IReadOnlyList<float>? Landmarks { get; init; }

    /// <summary>Score of the detection in [0, 1].</summary>
    public float? DetectionScore { get; init; }

    /// <summary>
    /// Faces that a detector saw in the picture that this face was cut out of; <see cref="Box"/> is of one of them. Null where none
    /// was asked.
    /// </summary>
    public int? FacesFound { get; init; }

    /// <summary>Key of the first picture with the same pixels, where this one repeats it.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>SHA-256 of the decoded pixels, hexadecimal.</summary>
    public string? PixelHash { get; init; }

    /// <summary>Where the picture came from, as the importer saw it (archive and entry, or file name).</summary>
    public required string Source { get; init; }

    /// <summary>The picture with a label that somebody gave it since; votes count where they gave it the same.</summary>
    public DatasetItem Relabelled(string? label) => this with { Label = label, Votes = label == Label ? Votes : null };
}
