using SsFer.Artifacts.Models;

namespace SsFer.Inference.Drift;

/// <summary>How far the answers of late have moved from those to the faces that the model was evaluated on.</summary>
/// <param name="Confidence">Population stability index of the probability of the answered class.</param>
/// <param name="Expressions">Population stability index of the answered classes.</param>
internal sealed record DriftFigures(double Confidence, double Expressions);

/// <summary>
/// The answers of one model over the last hours, as counts in slices of time: what it holds does not grow with the faces that it is told
/// of. The oldest slice goes as a whole. Thread-safe.
/// </summary>
/// <param name="reference">How the model answered when it was evaluated.</param>
/// <param name="classes">Of the model.</param>
/// <param name="length">Time that is looked back.</param>
/// <param name="time">The clock.</param>
internal sealed class DriftWindow(PredictionReference reference, IReadOnlyList<string> classes, TimeSpan length, TimeProvider time)
{
    /// <summary>
    /// Fewer faces are not compared: of 200 that are like the reference, one window in a thousand comes to an index of 0.15 in ten bins.
    /// </summary>
    public const int LeastFaces = 200;

    private const int Slices = 24;

    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private readonly Slice[] _slices = [.. Enumerable.Range(0, Slices).Select(_ => new Slice(classes.Count))];
    private readonly Dictionary<string, int> _indices = classes.Index().ToDictionary(each => each.Item, each => each.Index);
    private readonly long[] _expected = [.. classes.Select(each => reference.Expressions.GetValueOrDefault(each))];

    private long Now => time.GetElapsedTime(_began).Ticks / (length.Ticks / Slices);

    public void Add(string expression, float topProbability)
    {
        lock (_lock)
        {
            var now = Now;
            var slice = _slices[now % Slices];
            slice.BeginAt(now);
            slice.TopProbabilities[PredictionReference.BinOf(topProbability)]++;
            slice.Expressions[_indices[expression]]++;
        }
    }

    /// <summary>Null below <see cref="LeastFaces"/> faces.</summary>
    public DriftFigures? Measure()
    {
        lock (_lock)
        {
            var oldest = Now - Slices;
            var slices = _slices.Where(slice => slice.Number > oldest).ToList();
            var tops = Sum(slices.Select(slice => slice.TopProbabilities), PredictionReference.Bins);
            return tops.Sum() < LeastFaces
                ? null
                : new DriftFigures(
                    PopulationStability.Index(reference.TopProbabilities, tops),
                    PopulationStability.Index(_expected, Sum(slices.Select(slice => slice.Expressions), _expected.Length))
                );
        }
    }

    private static long[] Sum(IEnumerable<long[]> counts, int bins)
    {
        var sum = new long[bins];
        foreach (var each in counts)
        {
            for (var bin = 0; bin < bins; bin++)
            {
                sum[bin] += each[bin];
            }
        }

        return sum;
    }

    /// <summary>Counts of one slice of time, until it is used for a later one.</summary>
    private sealed class Slice(int classes)
    {
        public long Number { get; private set; }

        public long[] TopProbabilities { get; } = new long[PredictionReference.Bins];

        public long[] Expressions { get; } = new long[classes];

        public void BeginAt(long number)
        {
            if (Number != number)
            {
                Number = number;
                Array.Clear(TopProbabilities);
                Array.Clear(Expressions);
            }
        }
    }
}
