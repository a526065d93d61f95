using System.Text.RegularExpressions;

namespace SsFer.Artifacts.Datasets;

/// <summary>What a dataset may be called.</summary>
public static partial class DatasetName
{
    /// <summary>The rule in words, to end a sentence with.</summary>
    public const string Rule = "begins with a lower-case letter or a digit and goes on with those, '-', '_' and '.'";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <exception cref="ArgumentException">Names the name and the rule.</exception>
    public static void Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name))
        {
            throw new ArgumentException($"'{name}' cannot name a dataset: a name {Rule}", nameof(name));
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9\-_.]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
