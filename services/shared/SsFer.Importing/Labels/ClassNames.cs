using System.Globalization;
using System.Text.RegularExpressions;
using SsFer.Importing.Text;

namespace SsFer.Importing.Labels;

/// <summary>
/// The classes that folders or tables name. Names that look alike are one class, spelled as it stood first: in another case
/// (<c>Happy</c>, <c>happy</c>), composed or not (<c>é</c> in one character or two), full-width, or with other spaces. So are numbers of
/// one value (<c>3</c>, <c>03</c>, <c>+3</c>, <c>3.0</c>).
/// </summary>
internal sealed partial class ClassNames
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
        var key = KeyOf(clean);
        if (!_spelling.TryAdd(key, clean) && _spelling[key] is var first && first != name)
        {
            if (!_others.TryGetValue(first, out var others))
            {
                _others.Add(first, others = new SortedSet<string>(StringComparer.Ordinal));
            }

            others.Add(name);
        }

        return _spelling[key];
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

    private static string KeyOf(string clean)
    {
        if (Number().Match(clean) is not { Success: true } number)
        {
            return clean;
        }

        var whole = number.Groups["whole"].Value.TrimStart('0');
        var rest = number.Groups["rest"].Value.TrimEnd('0');
        var size = (whole.Length > 0 ? whole : "0") + (rest.Length > 0 ? "." + rest : "");
        return clean[0] == '-' && size != "0" ? "-" + size : size;
    }

    [GeneratedRegex(@"^[+-]?(?<whole>[0-9]+)([.,](?<rest>[0-9]*))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
