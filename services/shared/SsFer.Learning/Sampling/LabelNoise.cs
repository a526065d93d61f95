using SsFer.Learning.Randomness;

namespace SsFer.Learning.Sampling;

/// <summary>Labels that are wrong on purpose (paper, Table 8).</summary>
public static class LabelNoise
{
    /// <summary>
    /// Gives round(share x count) samples another class, drawn uniformly from all but their own. Who is drawn is the start of one fixed
    /// shuffle, so with the same seed the wrong labels of a smaller share are among those of a larger one.
    /// </summary>
    /// <param name="labels">Class index of each sample.</param>
    /// <param name="classes">Number of classes, at least two.</param>
    /// <param name="share">From 0 to 1.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <returns>The wrong class of each sample that was drawn, by its index.</returns>
    public static IReadOnlyDictionary<int, int> Draw(IReadOnlyList<int> labels, int classes, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        int[] shuffled = [.. Enumerable.Range(0, labels.Count)];
        new CounterRandom(seed, RandomPurpose.LabelNoise).Shuffle<int>(shuffled);
        return shuffled
            .Take((int)Math.Round(share * labels.Count, MidpointRounding.AwayFromZero))
            .ToDictionary(index => index, index => Other(labels[index], classes, seed, index));
    }

    private static int Other(int label, int classes, ulong seed, int index)
    {
        var drawn = new CounterRandom(seed, RandomPurpose.LabelNoise, 1, index).NextInt(classes - 1);
        return drawn < label ? drawn : drawn + 1;
    }
}
