namespace SsFer.Learning.Metrics;

/// <summary>
/// One number that a classifier's logits are divided by, so that its confidence is its share of right answers (Guo et al., "On
/// Calibration of Modern Neural Networks", ICML 2017, section 4.2). It does not change which class is the most probable.
/// </summary>
public sealed record TemperatureScaling
{
    /// <summary>Of fewer faces no temperature is fitted: it would follow chance.</summary>
    public const int LeastFaces = 100;

    /// <summary>Ends of the search. A classifier that is always right would be told to be infinitely sure.</summary>
    private const double Lowest = 0.2,
        Highest = 5;

    /// <summary>Of a class that rounding has made impossible: its logarithm must stay finite.</summary>
    private const double LeastProbability = 1e-30;

    private const int Halvings = 40;
    private const int Decimals = 2;

    /// <summary>
    /// In [0.2, 5], to two decimals: processors that round differently agree on it. Below 1 the classifier was too modest.
    /// </summary>
    public required double Temperature { get; init; }

    /// <summary><see cref="CalibrationError"/> of the classifier as it was trained, in [0, 1].</summary>
    public required double ErrorBefore { get; init; }

    /// <summary>Likewise with a temperature, of faces that it was not fitted to: each half of them with that of the other half.</summary>
    public required double ErrorAfter { get; init; }

    /// <summary>Fits the temperature of the least negative log-likelihood.</summary>
    /// <param name="probabilities">Of every class, for each face.</param>
    /// <param name="truth">Class of each face; below 0 where it has none, and does not count.</param>
    /// <returns>Null where fewer than <see cref="LeastFaces"/> faces have a class.</returns>
    public static TemperatureScaling? TryFit(IReadOnlyList<float[]> probabilities, IReadOnlyList<int> truth)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(truth);
        Face[] faces = [.. probabilities.Zip(truth, (row, label) => new Face(row, label)).Where(face => face.Label >= 0)];
        if (faces.Length < LeastFaces)
        {
            return null;
        }

        Face[][] halves = [.. faces.Index().GroupBy(each => each.Index % 2, each => each.Item).Select(half => half.ToArray())];
        return new TemperatureScaling
        {
            Temperature = Fit(faces),
            ErrorBefore = ErrorOf(faces),
            ErrorAfter = ErrorOf([.. Scaled(halves[0], Fit(halves[1])), .. Scaled(halves[1], Fit(halves[0]))]),
        };
    }

    /// <summary>Probabilities as they are with logits divided by a temperature.</summary>
    /// <param name="probabilities">Of every class; their sum is 1.</param>
    /// <param name="temperature">Above 0.</param>
    public static float[] Apply(float[] probabilities, double temperature)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (temperature == 1)
        {
            return probabilities;
        }

        var powers = Array.ConvertAll(probabilities, each => Math.Pow(each, 1 / temperature));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => (float)(power / sum));
    }

    private static IEnumerable<Face> Scaled(Face[] faces, double temperature) =>
        faces.Select(face => face with { Probabilities = Apply(face.Probabilities, temperature) });

    private static double ErrorOf(Face[] faces) =>
        CalibrationError.Of([.. faces.Select(face => face.Probabilities)], [.. faces.Select(face => face.Label)]);

    /// <summary>
    /// The likelihood is concave in the inverse of the temperature, so that its slope has one zero. Logarithms of probabilities stand for
    /// logits, which they differ from by a constant of each face.
    /// </summary>
    private static double Fit(Face[] faces)
    {
        var logits = Array.ConvertAll(faces, face =>
            Array.ConvertAll(face.Probabilities, each => Math.Log(Math.Max(each, LeastProbability)))
        );
        var (low, high) = (1 / Highest, 1 / Lowest);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            var slope = faces.Zip(logits).Sum(face => face.Second[face.First.Label] - Mean(face.Second, middle));
            (low, high) = slope > 0 ? (middle, high) : (low, middle);
        }

        return Math.Round(2 / (low + high), Decimals);
    }

    /// <summary>Of the logits, by the probabilities that they stand for when multiplied.</summary>
    private static double Mean(double[] logits, double factor)
    {
        var largest = logits.Max();
        double sum = 0,
            weighted = 0;
        foreach (var logit in logits)
        {
            var power = Math.Exp(factor * (logit - largest));
            sum += power;
            weighted += power * logit;
        }

        return weighted / sum;
    }

    private readonly record struct Face(float[] Probabilities, int Label);
}
