using System.Globalization;

namespace SsFer.Recipes;

/// <summary>How many labels a run may use: <c>10%</c> of each class, <c>400</c> in all, or <c>25/class</c>.</summary>
public abstract record LabelBudget
{
    private LabelBudget() { }

    /// <summary>max(1, round(share * count)) of each class; share in (0, 1].</summary>
    public sealed record Share(double Value) : LabelBudget
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.######}%");
    }

    /// <summary>This many in all, stratified by largest remainder, at least one of each class.</summary>
    public sealed record Total(int Value) : LabelBudget
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The same number of each class.</summary>
    public sealed record PerClass(int Value) : LabelBudget
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}/class");
    }

    /// <exception cref="LabelBudgetException">The text is none of the three forms, or its number is out of range.</exception>
    public static LabelBudget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed.EndsWith('%'))
        {
            if (
                !decimal.TryParse(trimmed[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
                || percent is <= 0 or > 100
            )
            {
                throw new LabelBudgetException($"labels '{text}': a share must be above 0% and at most 100%, such as 10%");
            }

            return new Share((double)(percent / 100));
        }
        const string PerClassSuffix = "/class";
        var perClass = trimmed.EndsWith(PerClassSuffix, StringComparison.Ordinal);
        var number = perClass ? trimmed[..^PerClassSuffix.Length] : trimmed;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            throw new LabelBudgetException(
                $"labels '{text}' are not understood: write a share (10%), a number in all (400) or a number a class (25/class)"
            );
        }

        return perClass ? new PerClass(count) : new Total(count);
    }

    /// <summary>How many labels each class gives; a class without samples gives none.</summary>
    /// <param name="counts">Labelled samples of each class.</param>
    /// <param name="classes">Class names, for messages.</param>
    /// <exception cref="LabelBudgetException">More labels are asked for than there are, or fewer in all than one of each class.</exception>
    public int[] Allot(IReadOnlyList<int> counts, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(classes);
        switch (this)
        {
            case Share share:
                return [.. counts.Select(n => n == 0 ? 0 : Math.Max(1, (int)Math.Round(share.Value * n)))];
            case PerClass perClass:
                for (var c = 0; c < counts.Count; c++)
                {
                    if (counts[c] > 0 && counts[c] < perClass.Value)
                    {
                        throw new LabelBudgetException(
                            $"labels '{this}': class '{classes[c]}' has only {counts[c]} labelled pictures; ask for at most "
                                + $"{counts.Where(n => n > 0).Min()}/class"
                        );
                    }
                }

                return [.. counts.Select(n => n == 0 ? 0 : perClass.Value)];
            case Total total:
                return LargestRemainder(counts, total);
            default:
                throw new InvalidOperationException($"unknown budget {this}");
        }
    }

    private static int[] LargestRemainder(IReadOnlyList<int> counts, Total total)
    {
        var all = counts.Sum();
        var present = counts.Count(n => n > 0);
        if (total.Value > all)
        {
            throw new LabelBudgetException($"labels '{total}': the dataset has only {all} labelled pictures");
        }

        if (total.Value < present)
        {
            throw new LabelBudgetException($"labels '{total}': {present} classes need at least one label each; ask for {present} or more");
        }

        double[] exact = [.. counts.Select(n => (double)total.Value * n / all)];
        var given = counts.Select((n, c) => n == 0 ? 0 : Math.Max(1, (int)exact[c])).ToArray();
        for (var left = total.Value - given.Sum(); left != 0; left -= Math.Sign(left))
        {
            // The class furthest below its exact share gains; where the minimum of one gave away too many, the class furthest above loses.
            var step = Math.Sign(left);
            var candidates = Enumerable.Range(0, counts.Count).Where(c => step > 0 ? given[c] < counts[c] : given[c] > 1);
            given[candidates.MaxBy(c => step * (exact[c] - given[c]))] += step;
        }

        return given;
    }
}

/// <summary>The labels asked for cannot be given; the message says what to ask for instead.</summary>
public sealed class LabelBudgetException(string message) : InvalidRequestException(message);
