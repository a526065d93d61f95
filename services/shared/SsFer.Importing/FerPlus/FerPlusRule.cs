namespace SsFer.Importing.FerPlus;

/// <summary>How ten votes become one label. Either rule may drop a picture.</summary>
public enum FerPlusRule
{
    /// <summary>
    /// The winner among all ten columns, ties to the first column; pictures won by <c>unknown</c> or <c>NF</c> are dropped.
    /// </summary>
    Plurality,

    /// <summary>Single votes are set to zero; the winner must then hold more than half of what is left, and be a class.</summary>
    Majority,
}

public static class FerPlusLabels
{
    /// <summary>The eight expressions in the order of the vote columns: the order of the class index.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"];

    /// <summary>What else can be voted for; <c>NF</c> is no face.</summary>
    public static IReadOnlyList<string> NoClasses { get; } = ["unknown", "NF"];

    /// <summary>The ten that votes are counted for: the classes, then the others.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. Classes, .. NoClasses];

    /// <summary>The class that <paramref name="votes"/> [10] elect, or null where the rule drops the picture.</summary>
    public static string? Decide(FerPlusRule rule, ReadOnlySpan<int> votes)
    {
        if (votes.Length != Columns.Count)
        {
            throw new ArgumentException($"{Columns.Count} vote counts are needed, got {votes.Length}", nameof(votes));
        }

        var fewest = rule == FerPlusRule.Majority ? 2 : 1;
        var (winner, most, total) = (-1, 0, 0);
        for (var column = 0; column < Columns.Count; column++)
        {
            if (votes[column] < fewest)
            {
                continue;
            }

            total += votes[column];
            if (votes[column] > most)
            {
                (winner, most) = (column, votes[column]);
            }
        }
        var elected = winner >= 0 && winner < Classes.Count && (rule == FerPlusRule.Plurality || 2 * most > total);
        return elected ? Classes[winner] : null;
    }

    /// <summary>Votes [10] under the names of their columns, those above zero; null where nobody voted for a class.</summary>
    public static IReadOnlyDictionary<string, int>? ByName(ReadOnlySpan<int> votes)
    {
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var column = 0; column < Columns.Count; column++)
        {
            if (votes[column] > 0)
            {
                byName[Columns[column]] = votes[column];
            }
        }

        return byName.Keys.Any(Classes.Contains) ? byName : null;
    }

    /// <summary>The rule's name on the command line and in <c>LabelsByRule</c>.</summary>
    public static string NameOf(FerPlusRule rule) =>
        rule switch
        {
            FerPlusRule.Plurality => "plurality",
            FerPlusRule.Majority => "majority",
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
        };
}
