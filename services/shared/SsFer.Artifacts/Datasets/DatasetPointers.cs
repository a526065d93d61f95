namespace SsFer.Artifacts.Datasets;

/// <summary>The current versions of a dataset, as <c>datasets/{name}/current.json</c> holds them.</summary>
public sealed record DatasetPointers
{
    /// <summary>Version of the raw pictures, or null where only prepared faces were published.</summary>
    public string? Raw { get; init; }

    /// <summary>Version of the prepared faces by their side in pixels.</summary>
    public IReadOnlyDictionary<int, string> Prepared { get; init; } = new SortedDictionary<int, string>();

    /// <summary>Which of those sizes was published last; null where there is none, or before it was noted.</summary>
    public int? PreparedLast { get; init; }
}
