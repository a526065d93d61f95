namespace SsFer.Recipes;

/// <summary>What somebody may have meant who mistyped a name.</summary>
public static class NearestWord
{
    /// <summary>The known word that differs least; null where even that one is quite another.</summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        var nearest = known.Order(StringComparer.Ordinal).MinBy(candidate => Distance(word, candidate));
        return nearest is not null && Distance(word, nearest) <= Math.Max(2, word.Length / 3) ? nearest : null;
    }

    /// <summary>
    /// Characters to insert, leave out or replace, or neighbours to swap, to turn one word into the other; letters are compared without
    /// case.
    /// </summary>
    public static int Distance(string one, string other)
    {
        var (a, b) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var k = 0; k <= b.Length; k++)
            {
                table[i, k] = i == 0 || k == 0 ? i + k : Step(table, a, b, i, k);
            }
        }

        return table[a.Length, b.Length];
    }

    private static int Step(int[,] table, string one, string other, int i, int k)
    {
        var replaced = table[i - 1, k - 1] + (one[i - 1] == other[k - 1] ? 0 : 1);
        var best = Math.Min(replaced, 1 + Math.Min(table[i - 1, k], table[i, k - 1]));
        var swapped = i > 1 && k > 1 && one[i - 1] == other[k - 2] && one[i - 2] == other[k - 1];
        return swapped ? Math.Min(best, table[i - 2, k - 2] + 1) : best;
    }
}
