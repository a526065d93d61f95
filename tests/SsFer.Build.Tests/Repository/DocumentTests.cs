using System.Text.RegularExpressions;

namespace SsFer.Build.Tests.Repository;

/// <summary>What documents promise of themselves: short where that was said, and no reference into the void.</summary>
public sealed partial class DocumentTests
{
    private const int ReadmeBytes = 8 * 1024;
    private const string Method = "docs/method.md";

    [Fact]
    public void Readme_Always_Is8KilobytesAtMost() =>
        Assert.InRange(new FileInfo(Path.Combine(RepositoryFiles.Root, "README.md")).Length, 1, ReadmeBytes);

    [Fact]
    public void Links_OfAllDocuments_LeadToAFileAndToAHeadingOfIt()
    {
        var broken = RepositoryFiles
            .WithExtension(".md")
            .SelectMany(document =>
                MarkdownDocument
                    .Parse(RepositoryFiles.Read(document))
                    .Links.Where(link => !IsWeb(link.Target))
                    .Select(link => (link, Fault: FaultOf(document, link.Target)))
                    .Where(pair => pair.Fault is not null)
                    .Select(pair => $"{document}:{pair.link.Line}: {pair.link.Target}: {pair.Fault}")
            );

        Findings.AssertNone(broken);
    }

    [Fact]
    public void Citations_OfTheMethod_NameASectionThatItHas()
    {
        var sections = MarkdownDocument
            .Parse(RepositoryFiles.Read(Method))
            .Headings.Select(heading => SectionNumber().Match(heading))
            .Where(match => match.Success)
            .Select(match => match.Groups["number"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var citations = RepositoryFiles
            .WithExtension(".cs")
            .SelectMany(file =>
                RepositoryFiles
                    .Read(file)
                    .Split('\n')
                    .Index()
                    .SelectMany(line => Citation().Matches(line.Item).Select(match => (file, line.Index, match)))
            )
            .ToList();

        Assert.NotEmpty(citations);
        Findings.AssertNone(
            citations
                .Where(cited => cited.match.Groups["document"].Value != Method || !sections.Contains(cited.match.Groups["number"].Value))
                .Select(cited =>
                    $"{cited.file}:{cited.Index + 1}: '{cited.match.Value}'; {Method} has sections {string.Join(", ", sections)}"
                )
        );
    }

    [Fact]
    public void Parse_OfADocument_FindsLinksAndHeadingsOutsideOfCode()
    {
        var document = MarkdownDocument.Parse(
            """
            # What `n` is: A, B
            see [one](a.md) and ![two](b.png "title"), `[no](c.md)`
            ```bash
            # no heading
            [no](d.md)
            ```
            ## What n is
            ## What n is
            """
        );

        Assert.Equal([("a.md", 2), ("b.png", 2)], document.Links.Select(link => (link.Target, link.Line)));
        Assert.Equal(["What `n` is: A, B", "What n is", "What n is"], document.Headings);
        Assert.Equal(["what-n-is-a-b", "what-n-is", "what-n-is-1"], document.Anchors);
        Assert.Equal(["# no heading\n[no](d.md)"], document.CodeBlocks("bash"));
    }

    /// <summary>A document that names a test promises that there is one.</summary>
    [Fact]
    public void Tests_ThatDocumentsName_Exist()
    {
        var sources = RepositoryFiles
            .WithExtension(".cs")
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal))
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), RepositoryFiles.Read, StringComparer.Ordinal);
        var named = RepositoryFiles
            .WithExtension(".md")
            .SelectMany(document => TestName().Matches(RepositoryFiles.Read(document)).Select(match => (document, match)))
            .ToList();

        Assert.NotEmpty(named);
        Findings.AssertNone(
            named
                .Where(test =>
                    !sources[test.match.Groups["class"].Value]
                        .Any(source => source.Contains(test.match.Groups["method"].Value, StringComparison.Ordinal))
                )
                .Select(test => $"{test.document} names {test.match.Value}, which is no test")
        );
    }

    /// <summary>C# that a document shows is compiled and tested: the block stands in a source, word for word.</summary>
    [Theory]
    [InlineData("CONTRIBUTING.md", "tests/SsFer.Importing.Tests/FileNamesImporter.cs")]
    [InlineData("docs/api.md", "tests/SsFer.Inference.Tests/Clients/Moods.cs")]
    public void Example_OfADocument_IsTheTestedOne(string document, string source)
    {
        var tested = RepositoryFiles.Read(source).ReplaceLineEndings("\n");
        var shown = Assert.Single(MarkdownDocument.Parse(RepositoryFiles.Read(document)).CodeBlocks("csharp"));

        Assert.EndsWith(shown + "\n", tested, StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_All_HaveOneFormatAndStandInTheIndex()
    {
        var index = RepositoryFiles.Read("infra/decisions/README.md");
        var decisions = RepositoryFiles.WithExtension(".md").Where(file => DecisionFile().IsMatch(file)).ToList();

        Assert.NotEmpty(decisions);
        Findings.AssertNone(
            decisions
                .Where(file => !index.Contains($"]({Path.GetFileName(file)})", StringComparison.Ordinal))
                .Select(file => $"the index lacks {file}")
        );
        Findings.AssertNone(
            decisions
                .Where(file => !DecisionFormat().IsMatch(RepositoryFiles.Read(file)))
                .Select(file => $"{file}: expected '# N. Title', '- Status:', '- Date:', then Context, Decision and Consequences")
        );
    }

    /// <summary>What is wrong with a link; null where nothing is.</summary>
    private static string? FaultOf(string document, string target)
    {
        var parts = target.Split('#', 2);
        var folder = Path.GetDirectoryName(document)!;
        var path = parts[0].Length == 0 ? document : Path.GetRelativePath(".", Path.Combine(folder, parts[0])).Replace('\\', '/');
        if (!RepositoryFiles.Exists(path))
        {
            return "there is no such file";
        }

        return parts.Length < 2 || MarkdownDocument.Parse(RepositoryFiles.Read(path)).Anchors.Contains(parts[1])
            ? null
            : "there is no such heading";
    }

    private static bool IsWeb(string target) =>
        Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto";

    [GeneratedRegex(@"(?<document>docs/method\.md|\bmethod), section (?<number>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Citation();

    [GeneratedRegex(
        @"`(?<class>\w+(Tests|Drills|Drill|Story))(\.(?<method>\w+))?`",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex TestName();

    [GeneratedRegex(@"^infra/decisions/\d{4}-", RegexOptions.CultureInvariant)]
    private static partial Regex DecisionFile();

    [GeneratedRegex(
        @"^# \d+\. .+\n\n- Status: .+\n- Date: \d{4}-\d\d-\d\d\n\n## Context\n\n.+\n## Decision\n\n.+\n## Consequences\n\n.+\n$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex DecisionFormat();

    [GeneratedRegex(@"^(?<number>\d+)\b", RegexOptions.CultureInvariant)]
    private static partial Regex SectionNumber();
}
