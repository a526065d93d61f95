using System.Globalization;
using SsFer.Importing.Text;

namespace SsFer.Importing.Labels;

/// <summary>
/// The classes that folders or tables name. Names that look alike are one class, spelled as it stood first: in another case
/// (<c>Happy</c>, <c>happy</c>), composed or not (<c>é</c> in one character or two), full-width, or with other spaces.
/// </summary>
internal sealed class ClassNames
{
    private readonly Dictionary<string, string> _spelling = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SortedSet<string>> _others = new(StringComparer.Ordinal);

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
        var clean = Spelling.Clean(name);
        if (!_spelling.TryAdd(clean, clean) && _spelling[clean] is var first && first != name)
        {
            if (!_others.TryGetValue(first, out var others))
            {
                _others.Add(first, others = new SortedSet<string>(StringComparer.Ordinal));
            }

            others.Add(name);
        }

        return _spelling[clean];
    }

    /// <summary>Adds which spellings were taken as one class, if any.</summary>
    public void AddTo(IDictionary<string, string> provenance)
    {
        if (_others.Count > 0)
        {
            provenance[ImportFindings.Spellings] = string.Join(
                "; ",
                _others
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => $"'{pair.Key}' = {string.Join(", ", pair.Value.Select(other => $"'{other}'"))}")
            );
        }
    }
}
