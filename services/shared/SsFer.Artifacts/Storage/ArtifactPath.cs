using System.Text.RegularExpressions;

namespace SsFer.Artifacts.Storage;

/// <summary>
/// The rules every store holds its callers to, so that a path that works in a folder works in a blob service too: at least a
/// container and a name, no empty segment, no segment that begins with a dot (<c>..</c>, and the folders a store keeps for itself),
/// no backslash, no control character.
/// </summary>
public static partial class ArtifactPath
{
    /// <summary>Throws where <paramref name="path"/> cannot name an artifact.</summary>
    /// <exception cref="ArgumentException">Names the path and the rule it breaks.</exception>
    public static void Validate(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.Contains('/', StringComparison.Ordinal))
        {
            throw Broken(path, "needs a container and a name, such as 'runs/one/spec.json'");
        }

        ValidateSegments(path, path);
    }

    /// <summary>
    /// Throws where no artifact's path can start with <paramref name="prefix"/>; an empty prefix and one that ends inside a segment
    /// are fine.
    /// </summary>
    /// <exception cref="ArgumentException">Names the prefix and the rule it breaks.</exception>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var whole = prefix.EndsWith('/') ? prefix[..^1] : prefix;
        if (prefix.Length > 0)
        {
            ValidateSegments(prefix, whole);
        }
    }

    /// <summary>The name of a run, stage or model, or whatever else people name, where it can stand in a path as one segment.</summary>
    /// <param name="what">What it is the name of; for the message.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArtifactNameException">It cannot.</exception>
    public static string RequireName(string what, string name) =>
        Name().IsMatch(name)
            ? name
            : throw new ArtifactNameException(
                $"'{name}' is no {what}: use 1 to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit"
            );

    private static void ValidateSegments(string path, string segments)
    {
        foreach (var range in segments.AsSpan().Split('/'))
        {
            var segment = segments.AsSpan(range);
            if (segment.IsEmpty)
            {
                throw Broken(path, "has an empty segment; paths are relative, with one '/' between segments");
            }

            if (segment[0] == '.')
            {
                throw Broken(path, "has a segment that begins with a dot; those are reserved");
            }
        }

        if (path.AsSpan().ContainsAnyInRange('\0', '\u001f') || path.Contains('\\', StringComparison.Ordinal))
        {
            throw Broken(path, "has a backslash or a control character");
        }
    }

    private static ArgumentException Broken(string path, string rule) => new($"artifact path '{path}' {rule}", nameof(path));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
