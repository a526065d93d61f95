using System.Diagnostics.CodeAnalysis;
using SsFer.Artifacts.Datasets;

namespace SsFer.Importing;

/// <summary>What people call the splits, in any case, with or without <c>_</c>, <c>-</c> or a space, and with <c>set</c> behind.</summary>
internal static class SplitNames
{
    /// <summary>The names, to end a sentence with.</summary>
    public const string Known = "train, training, val, valid, validation, dev or test";

    public static bool TryParse(string name, [NotNullWhen(true)] out string? split)
    {
        var plain = string.Concat(name.ToLowerInvariant().Where(c => c is not ('_' or '-' or ' ')));
        split = (plain.EndsWith("set", StringComparison.Ordinal) ? plain[..^3] : plain) switch
        {
            "train" or "training" => DatasetSplit.Train,
            "val" or "valid" or "validation" or "validate" or "dev" or "development" or "publictest" => DatasetSplit.Validation,
            "test" or "testing" or "privatetest" => DatasetSplit.Test,
            _ => null,
        };
        return split is not null;
    }
}
