using System.Globalization;

namespace SsFer.Importing;

/// <summary>
/// The classes that folders or tables name. Names that differ in case alone (<c>Happy</c>, <c>happy</c>) are one class, spelled as it
/// stood first.
/// </summary>
internal sealed class ClassNames
{
    private readonly Dictionary<string, string> _spelling = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>In the order of the class index: by number where all of them are numbers (9 before 10), else ordinal.</summary>
    public IReadOnlyList<string> InOrder()
    {
        var names = _spelling.Values.Order(StringComparer.Ordinal).ToList();
        return names.TrueForAll(IsNumber) ? [.. names.OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture))] : names;

        static bool IsNumber(string name) => long.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>The name of the class, which is known from now on.</summary>
    public string Of(string name)
    {
        _spelling.TryAdd(name, name);
        return _spelling[name];
    }
}
