using SsFer.Artifacts.Datasets;

namespace SsFer.Planning;

/// <summary>A dataset, or one split of it, as people write it: <c>NAME</c> or <c>NAME:split</c>.</summary>
/// <param name="Name">Of the dataset; whether there is one is not known yet.</param>
/// <param name="Split">train, validation or test; null for all of the dataset.</param>
public sealed record DatasetSelection(string Name, string? Split)
{
    /// <param name="text">NAME or NAME:split.</param>
    /// <param name="defaultSplit">Split where the text names none; null for all of the dataset.</param>
    /// <exception cref="PlanningException">The text is neither.</exception>
    public static DatasetSelection Parse(string text, string? defaultSplit)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':');
        var split = parts.Length == 2 ? parts[1] : defaultSplit;
        return parts.Length <= 2 && (split is null || DatasetSplit.IsKnown(split))
            ? new DatasetSelection(parts[0], split)
            : throw new PlanningException(
                $"'{text}' names no dataset: write NAME or NAME:split, where the split is train, validation or test"
            );
    }
}
