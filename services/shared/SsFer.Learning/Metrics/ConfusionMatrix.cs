namespace SsFer.Learning.Metrics;

/// <summary>Counts of predictions, [true class, predicted class].</summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] _counts;

    /// <param name="truth">True class of each sample.</param>
    /// <param name="predicted">Predicted class of each sample.</param>
    /// <param name="classes">Number of classes; indices are 0 ... classes - 1.</param>
    public ConfusionMatrix(IReadOnlyList<int> truth, IReadOnlyList<int> predicted, int classes)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (truth.Count != predicted.Count)
        {
            throw new ArgumentException($"{truth.Count} true classes but {predicted.Count} predictions", nameof(predicted));
        }

        _counts = new long[classes, classes];
        for (var i = 0; i < truth.Count; i++)
        {
            if ((uint)truth[i] >= (uint)classes || (uint)predicted[i] >= (uint)classes)
            {
                throw new ArgumentException($"sample {i} has class {truth[i]} and prediction {predicted[i]}, outside 0 to {classes - 1}");
            }

            _counts[truth[i], predicted[i]]++;
        }
    }

    public int Classes => _counts.GetLength(0);

    public long this[int truth, int predicted] => _counts[truth, predicted];

    public long Total => Classwise(c => Support(c)).Sum();

    /// <summary>Samples whose true class is <paramref name="label"/>.</summary>
    public long Support(int label) => Enumerable.Range(0, Classes).Sum(p => _counts[label, p]);

    /// <summary>Samples predicted as <paramref name="label"/>.</summary>
    public long Predicted(int label) => Enumerable.Range(0, Classes).Sum(t => _counts[t, label]);

    /// <summary>Share of samples predicted right; NaN without samples.</summary>
    public double Accuracy => (double)Classwise(c => _counts[c, c]).Sum() / Total;

    /// <summary>Share of a class's samples predicted right; null where the class has none.</summary>
    public double? Recall(int label) => Support(label) is > 0 and var support ? (double)_counts[label, label] / support : null;

    /// <summary>
    /// Mean of F1 = 2 TP / (support + predicted) over the classes that occur as truth or as prediction. A class that occurs in
    /// neither has no F1 and does not count; one predicted but never true counts zero (scikit-learn's default). NaN without
    /// samples.
    /// </summary>
    public double MacroF1
    {
        get
        {
            var occurring = Enumerable.Range(0, Classes).Where(c => Support(c) + Predicted(c) > 0).ToArray();
            return occurring.Length == 0 ? double.NaN : occurring.Average(c => 2.0 * _counts[c, c] / (Support(c) + Predicted(c)));
        }
    }

    /// <summary>The counts as rows, one per true class.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ToRows() =>
        [.. Enumerable.Range(0, Classes).Select(t => (IReadOnlyList<long>)[.. Classwise(p => _counts[t, p])])];

    private IEnumerable<long> Classwise(Func<int, long> value) => Enumerable.Range(0, Classes).Select(value);
}
