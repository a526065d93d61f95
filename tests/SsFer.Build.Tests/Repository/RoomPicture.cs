using System.Text.RegularExpressions;

namespace SsFer.Build.Tests.Repository;

/// <summary>
/// The picture of rooms: a Mermaid flowchart whose subgraphs are floors, the topmost first, and whose arrows lead from a room to those
/// it references.
/// </summary>
internal sealed partial class RoomPicture
{
    private readonly Dictionary<string, int> _floors = new(StringComparer.Ordinal);
    private readonly List<(string From, string To)> _arrows = [];

    /// <summary>In the order drawn.</summary>
    public IEnumerable<string> Rooms => _floors.Keys;

    public IReadOnlyList<(string From, string To)> Arrows => _arrows;

    /// <summary>0 for the topmost.</summary>
    public int FloorOf(string room) =>
        _floors.TryGetValue(room, out var floor)
            ? floor
            : throw new InvalidDataException($"the picture has an arrow at '{room}', but no such room");

    /// <param name="document">Its first Mermaid block that has subgraphs is the picture.</param>
    public static RoomPicture Parse(string document)
    {
        var picture = new RoomPicture();
        var (floor, isInside) = (-1, false);
        var block = MarkdownDocument
            .Parse(document)
            .CodeBlocks("mermaid")
            .First(code => code.Contains("subgraph", StringComparison.Ordinal));
        foreach (var line in block.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith("subgraph ", StringComparison.Ordinal))
            {
                (floor, isInside) = (floor + 1, true);
            }
            else if (line == "end")
            {
                isInside = false;
            }
            else if (line.Split("-->") is [var upper, var lower])
            {
                picture._arrows.AddRange(from room in Names(upper) from other in Names(lower) select (room, other));
            }
            else if (isInside && Room().Match(line) is { Success: true } room)
            {
                picture._floors.Add(room.Groups["name"].Value, floor);
            }
        }

        return picture;
    }

    /// <summary>The rows of the table "Room | never reaches".</summary>
    public static IReadOnlyList<(string Room, string Never)> ParseNeverReached(string document)
    {
        var rows = document
            .ReplaceLineEndings("\n")
            .Split('\n')
            .SkipWhile(line => !line.StartsWith("| room | never reaches |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|'));
        return [.. from row in rows from room in Listed(row[1]) from never in Listed(row[2]) select (room, never)];
    }

    /// <summary>The references without those that follow from others, as "A --> B".</summary>
    public static IEnumerable<string> WithoutShortcuts(IReadOnlyDictionary<string, string[]> projects) =>
        from project in projects
        from reference in project.Value
        where !project.Value.Where(other => other != reference).Any(other => Reached(other, projects).Contains(reference))
        select $"{project.Key} --> {reference}";

    /// <summary>All that a project references, directly or through others.</summary>
    public static IReadOnlySet<string> Reached(string project, IReadOnlyDictionary<string, string[]> projects)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(projects[project]);
        while (next.TryPop(out var room))
        {
            if (reached.Add(room))
            {
                foreach (var reference in projects[room])
                {
                    next.Push(reference);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<string> Names(string side) => side.Split('&').Select(name => name.Trim());

    private static IEnumerable<string> Listed(string cell) => cell.Split(',').Select(name => name.Trim());

    [GeneratedRegex(@"^(?<name>[A-Za-z.]+)(\[.*\])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Room();
}
