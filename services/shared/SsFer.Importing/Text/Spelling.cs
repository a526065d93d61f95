using System.Text.RegularExpressions;
using SsFer.Recipes;

namespace SsFer.Importing.Text;

/// <summary>Names of classes, columns, splits and files as they look, whatever they are written with.</summary>
internal static partial class Spelling
{
    /// <summary>Letters composed, full-width ones as ASCII, invisible characters gone, and one space between words.</summary>
    public static string Clean(string name) => Spaces().Replace(UnicodeForm.Compose(Invisible().Replace(name, "")), " ").Trim();

    // Format and control characters, variation selectors, joiners and fillers.
    [GeneratedRegex(@"[\p{Cf}\uFE00-\uFE0F\u034F\u115F\u1160\u3164\uFFA0]|[\p{Cc}-[\s]]", RegexOptions.CultureInvariant)]
    private static partial Regex Invisible();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
