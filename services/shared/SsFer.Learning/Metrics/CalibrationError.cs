namespace SsFer.Learning.Metrics;

/// <summary>
/// Expected calibration error: how far confidence is from the share of right answers, in 15 bins of equal width over the probability of
/// the answered class, each weighted by its faces (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3).
/// </summary>
public static class CalibrationError
{
    private const int Bins = 15;

    /// <param name="probabilities">Of every class, for each face; at least one face.</param>
    /// <param name="truth">Class of each face.</param>
    /// <returns>In [0, 1]; 0 where confidence tells the truth.</returns>
    public static double Of(IReadOnlyList<float[]> probabilities, IReadOnlyList<int> truth)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(truth);
        var surplus = new double[Bins]; // confidence less right answers
        foreach (var (row, label) in probabilities.Zip(truth))
        {
            var confidence = row.Max();
            var isRight = Array.IndexOf(row, confidence) == label;
            surplus[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)] += confidence - (isRight ? 1 : 0);
        }

        return surplus.Sum(Math.Abs) / truth.Count;
    }
}
