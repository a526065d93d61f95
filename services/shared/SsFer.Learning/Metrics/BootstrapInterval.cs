using SsFer.Learning.Randomness;

namespace SsFer.Learning.Metrics;

/// <summary>Where a figure measured on a sample of pictures would fall in 95 % of such samples.</summary>
public sealed record BootstrapInterval
{
    public const int DefaultResamples = 2000;

    private const double Confidence = 0.95;

    public required double Lower { get; init; }

    public required double Upper { get; init; }

    /// <summary>
    /// Percentile bootstrap of the accuracy: resamples of the same size drawn with replacement, quantiles interpolated linearly.
    /// </summary>
    /// <param name="correct">Whether each sample was predicted right; at least one.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="resamples">Number of resamples, at least 100.</param>
    public static BootstrapInterval OfAccuracy(IReadOnlyList<bool> correct, ulong seed, int resamples = DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(correct);
        ArgumentOutOfRangeException.ThrowIfZero(correct.Count, nameof(correct));
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        bool[] outcomes = [.. correct];
        var accuracies = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            var random = new CounterRandom(seed, RandomPurpose.Bootstrap, sample: r);
            var right = 0;
            for (var i = 0; i < outcomes.Length; i++)
            {
                right += outcomes[random.NextInt(outcomes.Length)] ? 1 : 0;
            }

            accuracies[r] = (double)right / outcomes.Length;
        }
        Array.Sort(accuracies);
        return new BootstrapInterval
        {
            Lower = Quantile(accuracies, (1 - Confidence) / 2),
            Upper = Quantile(accuracies, (1 + Confidence) / 2),
        };
    }

    private static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
