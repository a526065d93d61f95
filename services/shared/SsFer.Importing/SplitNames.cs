using System.Diagnostics.CodeAnalysis;
using SsFer.Artifacts.Datasets;

namespace SsFer.Importing;

/// <summary>What people call the splits, in any case.</summary>
internal static class SplitNames
{
    /// <summary>The names, to end a sentence with.</summary>
    public const string Known = "train, training, val, valid, validation or test";

    public static bool TryParse(string name, [NotNullWhen(true)] out string? split)
    {
        split = name.ToLowerInvariant() switch
        {
            "train" or "training" => DatasetSplit.Train,
            "val" or "valid" or "validation" => DatasetSplit.Validation,
            "test" => DatasetSplit.Test,
            _ => null,
        };
        return split is not null;
    }
}
