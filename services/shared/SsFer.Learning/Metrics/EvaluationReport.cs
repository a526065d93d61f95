using System.Text.Json.Serialization;

namespace SsFer.Learning.Metrics;

/// <summary>What an evaluation found. Shares are in [0, 1].</summary>
public sealed record EvaluationReport
{
    /// <summary>Pictures evaluated.</summary>
    public required int Count { get; init; }

    public required double Accuracy { get; init; }

    /// <summary>95 % bootstrap interval of the accuracy.</summary>
    public required BootstrapInterval AccuracyInterval { get; init; }

    /// <summary>See <see cref="ConfusionMatrix.MacroF1"/> for classes that do not occur.</summary>
    public required double MacroF1 { get; init; }

    public required IReadOnlyList<ClassReport> Classes { get; init; }

    /// <summary>Counts, one row per true class, one column per predicted class, in the order of <see cref="Classes"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Confusion { get; init; }

    /// <summary>The class with the most pictures.</summary>
    [JsonIgnore]
    public ClassReport MostFrequent => Classes.MaxBy(label => label.Support)!;

    /// <summary>Its share: what always answering <see cref="MostFrequent"/> would reach, and a model has to beat.</summary>
    public double MostFrequentShare => (double)MostFrequent.Support / Count;

    /// <param name="truth">True class index of each picture; at least one picture.</param>
    /// <param name="predicted">Predicted class index of each picture.</param>
    /// <param name="classes">Class names in the order of the index.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="resamples">Bootstrap resamples.</param>
    public static EvaluationReport Create(
        IReadOnlyList<int> truth,
        IReadOnlyList<int> predicted,
        IReadOnlyList<string> classes,
        ulong seed,
        int resamples = BootstrapInterval.DefaultResamples
    )
    {
        ArgumentNullException.ThrowIfNull(classes);
        var confusion = new ConfusionMatrix(truth, predicted, classes.Count);
        return new EvaluationReport
        {
            Count = truth.Count,
            Accuracy = confusion.Accuracy,
            AccuracyInterval = BootstrapInterval.OfAccuracy([.. truth.Zip(predicted, (t, p) => t == p)], seed, resamples),
            MacroF1 = confusion.MacroF1,
            Classes =
            [
                .. classes.Select(
                    (name, c) =>
                        new ClassReport
                        {
                            Name = name,
                            Support = confusion.Support(c),
                            Recall = confusion.Recall(c),
                        }
                ),
            ],
            Confusion = confusion.ToRows(),
        };
    }
}

/// <summary>How one class fared.</summary>
public sealed record ClassReport
{
    public required string Name { get; init; }

    /// <summary>Pictures whose true class this is.</summary>
    public required long Support { get; init; }

    /// <summary>Share of them predicted right; null where there are none.</summary>
    public double? Recall { get; init; }
}
