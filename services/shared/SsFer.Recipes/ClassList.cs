namespace SsFer.Recipes;

/// <summary>
/// Classes are matched by name, whatever their order. Names that differ in case or in Unicode form alone are one class, as they are
/// for an import.
/// </summary>
public static class ClassList
{
    /// <summary>
    /// Where each class of <paramref name="wanted"/> stands in <paramref name="known"/>; null where they are not the same classes.
    /// </summary>
    public static int[]? OrderOf(IReadOnlyList<string> known, IReadOnlyList<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(wanted);
        if (known.Count != wanted.Count)
        {
            return null;
        }

        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var place = 0; place < known.Count; place++)
        {
            places[Form(known[place])] = place;
        }

        int[] order = [.. wanted.Select(name => places.GetValueOrDefault(Form(name), -1))];
        return order.Contains(-1) || order.Distinct().Count() != order.Length ? null : order;
    }

    /// <summary>
    /// What <paramref name="other"/> lacks of <paramref name="classes"/> and has besides, by name; null where both have the same.
    /// </summary>
    /// <returns>Continues a sentence that begins with the name of the other: <c>lacks [anger] and has [awe] besides</c>.</returns>
    public static string? Difference(IReadOnlyList<string> classes, IReadOnlyList<string> other)
    {
        if (OrderOf(classes, other) is not null)
        {
            return null;
        }

        var parts = new List<string>();
        Add("lacks [{0}]", Without(classes, other));
        Add("has [{0}] besides", Without(other, classes));
        return string.Join(" and ", parts);

        void Add(string form, IReadOnlyList<string> names)
        {
            if (names.Count > 0)
            {
                parts.Add(form.Replace("{0}", string.Join(", ", names), StringComparison.Ordinal));
            }
        }
    }

    private static List<string> Without(IReadOnlyList<string> names, IReadOnlyList<string> others)
    {
        var known = others.Select(Form).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. names.Where(name => !known.Contains(Form(name)))];
    }

    private static string Form(string name) => UnicodeForm.Compose(name);
}
