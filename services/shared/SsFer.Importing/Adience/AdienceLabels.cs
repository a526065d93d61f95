using System.Globalization;
using System.Text.RegularExpressions;

namespace SsFer.Importing.Adience;

/// <summary>What is to be told of a face of Adience.</summary>
public enum AdienceTask
{
    Age,
    Gender,
}

/// <summary>The labels of Adience (Eidinger et al. 2014), official and stray.</summary>
public static partial class AdienceLabels
{
    private static readonly (string Name, int From, int To)[] Groups =
    [
        ("0-2", 0, 2),
        ("4-6", 4, 6),
        ("8-13", 8, 13),
        ("15-20", 15, 20),
        ("25-32", 25, 32),
        ("38-43", 38, 43),
        ("48-53", 48, 53),
        ("60+", 60, 120),
    ];

    /// <summary>The eight age groups of the owners, or the two genders, in the order of the class index.</summary>
    public static IReadOnlyList<string> ClassesOf(AdienceTask task) =>
        task == AdienceTask.Age ? [.. Groups.Select(group => group.Name)] : ["male", "female"];

    /// <summary>
    /// The class that a cell says, null where it says none (<c>None</c>, <c>u</c>, empty). The fold files hold ages beside the
    /// official groups, such as <c>(38, 42)</c>, <c>(8, 23)</c> or <c>35</c>: they go to the group that they are nearest to, of
    /// those that they overlap to the one they share most years with (ours; the owners do not say).
    /// </summary>
    /// <exception cref="FormatException">The cell is no label, or two groups are equally near (3, 35, <c>(8, 23)</c>); the message
    /// says which.</exception>
    public static string? Parse(AdienceTask task, string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell is "" or "None" or "u")
        {
            return null;
        }

        return task == AdienceTask.Age
            ? GroupOf(cell)
            : cell switch
            {
                "m" => "male",
                "f" => "female",
                _ => throw new FormatException($"'{cell}' is no gender (m, f or u)"),
            };
    }

    private static string GroupOf(string cell)
    {
        var match = Age().Match(cell);
        if (!match.Success)
        {
            throw new FormatException($"'{cell}' is no age");
        }

        var from = int.Parse(match.Groups["from"].Value, CultureInfo.InvariantCulture);
        var to = match.Groups["to"].Success ? int.Parse(match.Groups["to"].Value, CultureInfo.InvariantCulture) : from;
        // Years shared with the group; where there are none, less than that by every year in between.
        var near = Groups
            .Select(group => (group.Name, Nearness: Math.Min(to, group.To) - Math.Max(from, group.From)))
            .OrderByDescending(group => group.Nearness)
            .ToList();
        return near[0].Nearness > near[1].Nearness
            ? near[0].Name
            : throw new FormatException($"age {cell} is as near to {near[0].Name} as to {near[1].Name}");
    }

    [GeneratedRegex(@"^\(?(?<from>\d{1,3})(\s*,\s*(?<to>\d{1,3}))?\)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Age();
}
