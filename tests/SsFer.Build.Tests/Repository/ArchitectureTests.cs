using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SsFer.Build.Tests.Repository;

/// <summary>Holds the projects to the picture of rooms in <c>docs/architecture.md</c>, and the picture to them.</summary>
public sealed partial class ArchitectureTests
{
    private const string Document = "docs/architecture.md";

    /// <summary>
    /// An arrow of the picture is a reference of a project; a reference that longer ways of the picture contain has none of its own.
    /// </summary>
    [Fact]
    public void References_OfTheProjects_AreThoseOfThePicture()
    {
        var projects = ReadProjects();
        var drawn = RoomPicture.Parse(RepositoryFiles.Read(Document));

        Assert.Equal(projects.Keys.Order(StringComparer.Ordinal), drawn.Rooms.Order(StringComparer.Ordinal));
        var (needed, there) = (
            RoomPicture.WithoutShortcuts(projects).ToList(),
            drawn.Arrows.Select(arrow => $"{arrow.From} --> {arrow.To}").ToList()
        );
        Findings.AssertNone([
            .. needed.Except(there).Select(arrow => $"referenced and not drawn: {arrow}"),
            .. there.Except(needed).Select(arrow => $"drawn and not referenced, or contained in a longer way: {arrow}"),
        ]);
        Assert.Equal(needed.Count, there.Count);
    }

    [Fact]
    public void Arrows_OfThePicture_LeadToALowerFloor()
    {
        var drawn = RoomPicture.Parse(RepositoryFiles.Read(Document));

        Assert.NotEmpty(drawn.Arrows);
        Findings.AssertNone(
            drawn
                .Arrows.Where(arrow => drawn.FloorOf(arrow.To) <= drawn.FloorOf(arrow.From))
                .Select(arrow => $"{arrow.From} --> {arrow.To} does not lead downwards")
        );
    }

    /// <summary>Over any number of references: what the document says a room never knows.</summary>
    [Fact]
    public void Rooms_ThatTheDocumentKeepsApart_DoNotReachEachOther()
    {
        var projects = ReadProjects();
        var forbidden = RoomPicture.ParseNeverReached(RepositoryFiles.Read(Document));

        Assert.NotEmpty(forbidden);
        Findings.AssertNone(
            forbidden
                .Where(pair => RoomPicture.Reached(pair.Room, projects).Contains(pair.Never))
                .Select(pair => $"{pair.Room} reaches {pair.Never}")
        );
    }

    [Fact]
    public void Picture_OfAFewRooms_IsRead()
    {
        var picture = RoomPicture.Parse(
            """
            ```mermaid
            flowchart TB
                subgraph top [Doors]
                    A
                    B
                end
                subgraph bottom [Ground]
                    C
                end
                A & B --> C
            ```
            """
        );

        Assert.Equal(["A", "B", "C"], picture.Rooms);
        Assert.Equal([("A", "C"), ("B", "C")], picture.Arrows);
        Assert.True(picture.FloorOf("A") < picture.FloorOf("C"));
    }

    [Fact]
    public void WithoutShortcuts_OfAReferenceThatALongerWayContains_LeavesItOut() =>
        Assert.Equal(
            ["A --> B", "B --> C"],
            RoomPicture
                .WithoutShortcuts(
                    new Dictionary<string, string[]>(StringComparer.Ordinal)
                    {
                        ["A"] = ["B", "C"],
                        ["B"] = ["C"],
                        ["C"] = [],
                    }
                )
                .Order(StringComparer.Ordinal)
        );

    /// <summary>The projects of the product, without the prefix of their names, and what each references.</summary>
    private static Dictionary<string, string[]> ReadProjects() =>
        RepositoryFiles
            .WithExtension(".csproj")
            .Where(file => !file.StartsWith("tests/", StringComparison.Ordinal))
            .ToDictionary(
                NameOf,
                file =>
                    XDocument
                        .Parse(RepositoryFiles.Read(file))
                        .Descendants("ProjectReference")
                        .Select(reference => NameOf(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                        .ToArray(),
                StringComparer.Ordinal
            );

    private static string NameOf(string project) => Prefix().Replace(Path.GetFileNameWithoutExtension(project), "");

    [GeneratedRegex(@"^SsFer\.", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
