namespace SsFer.Artifacts.Datasets;

/// <summary>
/// What follows from the picture and stays as it is whatever the picture is labelled: <c>key.json</c> of the tar file, and part of
/// the line of its index.
/// </summary>
internal sealed record PictureFacts
{
    public required string Key { get; init; }

    public IReadOnlyList<float>? Box { get; init; }

    public IReadOnlyList<float>? Landmarks { get; init; }

    public float? DetectionScore { get; init; }

    public int? FacesFound { get; init; }

    public string? PixelHash { get; init; }

    public required string Source { get; init; }

    public static PictureFacts Of(DatasetItem item) =>
        new()
        {
            Key = item.Key,
            Box = item.Box,
            Landmarks = item.Landmarks,
            DetectionScore = item.DetectionScore,
            FacesFound = item.FacesFound,
            PixelHash = item.PixelHash,
            Source = item.Source,
        };
}

/// <summary>One line of a label table: all that may change while the picture stays.</summary>
internal sealed record LabelRow
{
    public required string Key { get; init; }

    public required string Split { get; init; }

    public string? Label { get; init; }

    public IReadOnlyDictionary<string, string?>? LabelsByRule { get; init; }

    public IReadOnlyDictionary<string, int>? Votes { get; init; }

    public string? DuplicateOf { get; init; }

    /// <summary>True where the picture was erased: it is no part of the version, though its shard may hold it still. Else absent.</summary>
    public bool? Erased { get; init; }

    public static LabelRow Of(DatasetItem item) =>
        new()
        {
            Key = item.Key,
            Split = item.Split,
            Label = item.Label,
            LabelsByRule = InOrder(item.LabelsByRule),
            Votes = InOrder(item.Votes),
            DuplicateOf = item.DuplicateOf,
        };

    // Equal labels are equal bytes, in whatever order they came.
    private static SortedDictionary<string, T>? InOrder<T>(IReadOnlyDictionary<string, T>? byName) =>
        byName is null ? null : new SortedDictionary<string, T>(byName.ToDictionary(), StringComparer.Ordinal);

    public static LabelRow ErasedOf(string key, string split) =>
        new()
        {
            Key = key,
            Split = split,
            Erased = true,
        };
}

/// <summary>One line of a shard's index: where the encoded picture stands in the tar file, and what is known of it.</summary>
/// <typeparam name="T"><see cref="PictureFacts"/>, or in versions without label tables the whole <see cref="DatasetItem"/>.</typeparam>
internal sealed record IndexLine<T>(long Offset, int Length, string Extension, T Item);

/// <summary>One picture of a shard: its line of the index and its row of the label table.</summary>
internal sealed record ShardRow(long Offset, int Length, string Extension, PictureFacts Facts, LabelRow Labels)
{
    /// <summary>Null where the picture was erased.</summary>
    public DatasetItem? Item =>
        Labels.Erased is true
            ? null
            : new DatasetItem
            {
                Key = Facts.Key,
                Split = Labels.Split,
                Label = Labels.Label,
                LabelsByRule = Labels.LabelsByRule,
                Votes = Labels.Votes,
                Box = Facts.Box,
                Landmarks = Facts.Landmarks,
                DetectionScore = Facts.DetectionScore,
                FacesFound = Facts.FacesFound,
                DuplicateOf = Labels.DuplicateOf,
                PixelHash = Facts.PixelHash,
                Source = Facts.Source,
            };
}
