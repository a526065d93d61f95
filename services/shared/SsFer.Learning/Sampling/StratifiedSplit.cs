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

        var quota = budget.Allot(Array.ConvertAll(members, m => m.Count), classes);
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
}
