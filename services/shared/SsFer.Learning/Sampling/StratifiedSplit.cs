using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Learning.Sampling;

/// <summary>Which samples of a labelled dataset keep their labels. Both lists ascend and together hold every index once.</summary>
public sealed record StratifiedSplit(IReadOnlyList<int> Labelled, IReadOnlyList<int> Unlabelled)
{
    /// <summary>
    /// Draws the labelled subset at random within each class. The draw of a class is the start of one fixed shuffle of its samples,
    /// so with the same seed a smaller budget is contained in a larger one (ours: it makes 5 / 10 / 25 % comparable). A class
    /// without samples is passed over.
    /// </summary>
    /// <param name="labels">Class index of each sample.</param>
    /// <param name="classes">Class names, for messages and their number.</param>
    /// <param name="budget">Labels to keep.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="LabelBudgetException">More labels are asked for than there are, or fewer in all than one of each class.</exception>
    public static StratifiedSplit Draw(IReadOnlyList<int> labels, IReadOnlyList<string> classes, LabelBudget budget, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(budget);
        var members = classes.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < labels.Count; i++)
        {
            members[labels[i]].Add(i);
        }

        var quota = Allot(Array.ConvertAll(members, m => m.Count), classes, budget);
        var labelled = new bool[labels.Count];
        for (var c = 0; c < members.Length; c++)
        {
            var shuffled = members[c].ToArray();
            new CounterRandom(seed, RandomPurpose.LabelledSplit, sample: c).Shuffle<int>(shuffled);
            foreach (var index in shuffled.AsSpan(0, quota[c]))
            {
                labelled[index] = true;
            }
        }
        return new StratifiedSplit(
            [.. Enumerable.Range(0, labels.Count).Where(i => labelled[i])],
            [.. Enumerable.Range(0, labels.Count).Where(i => !labelled[i])]
        );
    }

    private static int[] Allot(int[] counts, IReadOnlyList<string> classes, LabelBudget budget)
    {
        switch (budget)
        {
            case LabelBudget.Share share:
                return Array.ConvertAll(counts, n => n == 0 ? 0 : Math.Max(1, (int)Math.Round(share.Value * n)));
            case LabelBudget.PerClass perClass:
                for (var c = 0; c < counts.Length; c++)
                {
                    if (counts[c] > 0 && counts[c] < perClass.Value)
                    {
                        throw new LabelBudgetException(
                            $"labels '{budget}': class '{classes[c]}' has only {counts[c]} labelled pictures; ask for at most "
                                + $"{counts.Where(n => n > 0).Min()}/class"
                        );
                    }
                }
                return Array.ConvertAll(counts, n => n == 0 ? 0 : perClass.Value);
            case LabelBudget.Total total:
                return LargestRemainder(counts, total);
            default:
                throw new ArgumentException($"unknown budget {budget}", nameof(budget));
        }
    }

    private static int[] LargestRemainder(int[] counts, LabelBudget.Total total)
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

        var exact = Array.ConvertAll(counts, n => (double)total.Value * n / all);
        var given = counts.Select((n, c) => n == 0 ? 0 : Math.Max(1, (int)exact[c])).ToArray();
        for (var left = total.Value - given.Sum(); left != 0; left -= Math.Sign(left))
        {
            // The class furthest below its exact share gains; where the minimum of one gave away too many, the class furthest above loses.
            var step = Math.Sign(left);
            var candidates = Enumerable.Range(0, counts.Length).Where(c => step > 0 ? given[c] < counts[c] : given[c] > 1);
            given[candidates.MaxBy(c => step * (exact[c] - given[c]))] += step;
        }
        return given;
    }
}
