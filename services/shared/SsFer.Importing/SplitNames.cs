using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Text;

namespace SsFer.Importing;

/// <summary>
/// What people call the splits, in any case, with or without <c>_</c>, <c>-</c> or a space, with a number behind (<c>train2017</c>), and
/// with words for what is in them (<c>train_images</c>, <c>Test-Set</c>, <c>img_val</c>).
/// </summary>
internal static partial class SplitNames
{
    /// <summary>The names, to end a sentence with.</summary>
    public const string Known = "train, training, val, valid, validation, dev or test";

    public static bool TryParse(string name, [NotNullWhen(true)] out string? split)
    {
        var plain = Separators().Replace(Spelling.Clean(name), "");
        split = Named().Match(plain).Groups["name"].Value.ToLowerInvariant() switch
        {
            "train" or "training" or "训练" => DatasetSplit.Train,
            "val" or "valid" or "validation" or "validate" or "dev" or "development" or "publictest" or "验证" => DatasetSplit.Validation,
            "test" or "testing" or "privatetest" or "测试" => DatasetSplit.Test,
            _ => null,
        };
        return split is not null;
    }

    /// <summary>
    /// Whether the name is that of a split, or looks like one of a split, a fold or another part of the data, of which it is not sure what
    /// it is to be: <c>fold1</c>, <c>my_test</c>, <c>trainval</c>.
    /// </summary>
    public static bool IsLikeOne(string name) => TryParse(name, out _) || Like().IsMatch(Spelling.Clean(name));

    [GeneratedRegex(@"[\s._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(
        @"^(images?|imgs?|data|pictures|pics|faces)?"
            + @"(?<name>train(ing)?|val|valid(ation|ate)?|dev(elopment)?|test(ing)?|publictest|privatetest|训练|验证|测试)"
            + @"(data)?(sets?|集|images?|imgs?|data|pictures|pics|faces|samples|split|folder)?\d*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Named();

    // A word ends where letters do, or where a capital follows a small letter.
    [GeneratedRegex(
        @"((?<!\p{L})|(?<=\p{Ll})(?=\p{Lu}))(?i:(train(ing)?|val|validation|test(ing)?|publictest|privatetest)(sets?|data|images?)?"
            + @"|trainval|holdout)(?!\p{Ll}|(?<=\p{Lu})\p{Lu})|^(?i:k?fold|split|part|partition|subset|batch|cv)[\s._-]*\d+$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Like();
}
