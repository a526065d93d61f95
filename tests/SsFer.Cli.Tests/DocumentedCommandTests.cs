using System.Text.RegularExpressions;
using SsFer.Cli.Commands;

namespace SsFer.Cli.Tests;

/// <summary>Every command line that the documents show is one that the program takes.</summary>
public sealed partial class DocumentedCommandTests
{
    private const string Program = "ssfer";

    /// <summary>Marks of a line that shows choices instead of a command: <c>[--size S]</c>, <c>list | show</c>, <c>IMAGE...</c>.</summary>
    private static readonly string[] MarksOfASynopsis = ["[", "|", "...", "\u2026"];

    [Fact]
    public void CommandLines_OfAllDocuments_AreUnderstood()
    {
        var root = SsferCommand.Create();
        var lines = Directory
            .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "documents"), "*.md")
            .Order(StringComparer.Ordinal)
            .SelectMany(file => CommandsOf(File.ReadAllText(file)).Select(command => (File: Path.GetFileName(file), Command: command)))
            .ToList();

        Assert.NotEmpty(lines);
        var faults = lines
            .Select(line => (line.File, line.Command, root.Parse(line.Command).Errors))
            .Where(parsed => parsed.Errors.Count > 0)
            .Select(parsed => $"{parsed.File}: ssfer {parsed.Command}: {string.Join(", ", parsed.Errors.Select(error => error.Message))}")
            .ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Commands_OfADocument_AreThoseOfItsBashBlocksAndOfItsText()
    {
        const string Document = """
            Run `./ssfer demo`, or `ssfer runs show R`; `./ssfer data list [--json]` is a synopsis, `ssfer` alone is a name.
            ```bash
            ./ssfer data import folders "my photos" \
              --name mine   # a remark
            other ssfer demo
            ```
            ```text
            ssfer nothing
            ```
            """;

        Assert.Equal(["data import folders \"my photos\" --name mine", "demo", "runs show R"], CommandsOf(Document));
    }

    /// <summary>What stands after the program's name.</summary>
    private static IEnumerable<string> CommandsOf(string document)
    {
        var text = document.ReplaceLineEndings("\n");
        var inBlocks = BashBlock()
            .Matches(text)
            .SelectMany(block => Continuation().Replace(block.Groups["code"].Value, " ").Split('\n'))
            .Select(line => Remark().Replace(line, "").Trim())
            .Where(line => line.StartsWith($"./{Program} ", StringComparison.Ordinal));
        var inText = InlineCode()
            .Matches(Block().Replace(text, ""))
            .Select(code => code.Groups["code"].Value)
            .Where(code =>
                (code.StartsWith($"{Program} ", StringComparison.Ordinal) || code.StartsWith($"./{Program} ", StringComparison.Ordinal))
                && !MarksOfASynopsis.Any(mark => code.Contains(mark, StringComparison.Ordinal))
            );
        return inBlocks.Concat(inText).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }

    [GeneratedRegex(@"^```bash\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex BashBlock();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Block();

    [GeneratedRegex(@" *\\\n *", RegexOptions.CultureInvariant)]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\s# .*$", RegexOptions.CultureInvariant)]
    private static partial Regex Remark();

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex InlineCode();
}
