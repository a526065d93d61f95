namespace SsFer.Inference.Drift;

/// <summary>How far one distribution over bins has moved from another.</summary>
internal static class PopulationStability
{
    /// <summary>Faces that every bin is given beforehand, so that one which is empty on one side alone has a logarithm.</summary>
    private const double Smoothing = 0.5;

    /// <summary>
    /// The population stability index, sum over the bins of (a - e) ln(a / e) with the shares a (actual) and e (expected): the
    /// symmetrised Kullback-Leibler divergence in nats, 0 where both are equal. Each of the k bins counts half a face more than it
    /// has: share = (n + 0.5) / (N + 0.5 k). Bins that are empty on both sides tell nothing and are left out of k.
    /// </summary>
    /// <remarks>
    /// Yurdakul, Statistical Properties of Population Stability Index, Western Michigan University 2018 (dissertation 3208). There:
    /// without any change it is distributed as (1/N + 1/M) times a chi-square of k - 1 degrees of freedom. The usual reading, below 0.1
    /// no change and above 0.2 to 0.25 a large one, is a convention.
    /// </remarks>
    /// <param name="expected">Counts to compare with, at least one face.</param>
    /// <param name="actual">Counts in the same bins, at least one face.</param>
    /// <exception cref="ArgumentException">Other bins, or no face.</exception>
    public static double Index(IReadOnlyList<long> expected, IReadOnlyList<long> actual)
    {
        if (expected.Count != actual.Count || expected.Sum() == 0 || actual.Sum() == 0)
        {
            throw new ArgumentException(
                $"{actual.Count} bins of {actual.Sum()} faces cannot be compared with {expected.Count} bins of {expected.Sum()}",
                nameof(actual)
            );
        }

        var bins = expected.Zip(actual).Where(bin => bin.First + bin.Second > 0).ToList();
        double Share(long faces, long all) => (faces + Smoothing) / (all + (Smoothing * bins.Count));
        var (expectedFaces, actualFaces) = (expected.Sum(), actual.Sum());
        return bins.Sum(bin =>
        {
            var (e, a) = (Share(bin.First, expectedFaces), Share(bin.Second, actualFaces));
            return (a - e) * Math.Log(a / e);
        });
    }
}
