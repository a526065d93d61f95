using System.Text;
using System.Text.RegularExpressions;

namespace SsFer.Build.Tests.Repository;

/// <summary>What a Markdown text refers to and can be referred to by, as GitHub shows it.</summary>
internal sealed partial class MarkdownDocument
{
    private readonly List<MarkdownLink> _links = [];
    private readonly List<string> _headings = [];
    private readonly List<(string Language, string Code)> _blocks = [];

    public IReadOnlyList<MarkdownLink> Links => _links;

    /// <summary>Texts of all headings, from the top.</summary>
    public IReadOnlyList<string> Headings => _headings;

    /// <summary>Names by which links reach the headings, in the same order.</summary>
    public IReadOnlyList<string> Anchors
    {
        get
        {
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            return
            [
                .. _headings.Select(heading =>
                {
                    var name = Punctuation().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');
                    var before = seen[name] = seen.GetValueOrDefault(name, -1) + 1;
                    return before == 0 ? name : $"{name}-{before}";
                }),
            ];
        }
    }

    /// <summary>The fenced blocks of a language.</summary>
    public IEnumerable<string> CodeBlocks(string language) =>
        _blocks.Where(block => block.Language == language).Select(block => block.Code);

    public static MarkdownDocument Parse(string text)
    {
        var document = new MarkdownDocument();
        string? language = null;
        var code = new StringBuilder();
        var indent = 0;
        foreach (var (index, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                if (language is not null)
                {
                    document._blocks.Add((language, code.ToString().TrimEnd('\n')));
                }

                language = language is null ? line.Trim()[3..] : null;
                indent = line.Length - line.TrimStart().Length;
                code.Clear();
            }
            else if (language is not null)
            {
                code.Append(line.Length > indent ? line[indent..] : "").Append('\n');
            }
            else
            {
                document.ReadLine(index + 1, line);
            }
        }

        return document;
    }

    private void ReadLine(int number, string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            _headings.Add(heading.Groups["text"].Value);
        }

        _links.AddRange(Link().Matches(Code().Replace(line, "")).Select(link => new MarkdownLink(link.Groups["target"].Value, number)));
    }

    [GeneratedRegex(@"^#{1,6} +(?<text>.+?) *$", RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex("`[^`]*`", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)( ""[^""]*"")?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();
}

/// <param name="Target">As it is written: path and, after a #, heading.</param>
/// <param name="Line">Where it stands, from 1.</param>
internal sealed record MarkdownLink(string Target, int Line);
