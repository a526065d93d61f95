using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Learning.Metrics;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation;

/// <summary>
/// A classifier measured on one dataset split, by every label rule of the dataset, with and without pictures that repeat another's
/// pixels.
/// </summary>
public sealed record ModelEvaluation
{
    /// <summary>What was measured: classifier, teacher or student.</summary>
    public required string Model { get; init; }

    public required string Dataset { get; init; }

    public required IReadOnlyList<RuleEvaluation> Rules { get; init; }

    /// <summary>What brings its confidence to its share of right answers; null where the split has too few labels, and in cards from before
    /// this was fitted.</summary>
    public TemperatureScaling? Confidence { get; init; }

    /// <summary>How it answered all faces of the split, labelled or not, with this temperature; null in cards from before this was
    /// noted.</summary>
    public PredictionReference? Predictions { get; init; }

    /// <summary>Accuracy by the first rule, the import's own, duplicates in.</summary>
    public double Accuracy => Rules[0].All.Accuracy;

    /// <summary>Predicts every face once and measures the predictions by each rule.</summary>
    /// <param name="model">Name for the report.</param>
    /// <param name="weights">A classifier written by SsFer.</param>
    /// <param name="name">Names the weights in errors.</param>
    /// <param name="basis">What to measure on, and where.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="PermanentStageException">Model and dataset do not have the same classes, or no face has a label.</exception>
    public static ModelEvaluation Measure(
        string model,
        SafetensorsContent weights,
        string name,
        EvaluationBasis basis,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(basis);
        var (faces, dataset, target, _) = basis;
        var description = DescribedWeights.Of(weights, name);
        using var ordered = OrderedClassifier.Of(weights, description.Classes, faces.Manifest.Classes, dataset);
        using var classifier = new Classifier(
            description.Model,
            description.Normalisation,
            description.Classes.Count,
            ordered.Tensors,
            name,
            target
        );
        return Of(model, classifier.Predict(faces, cancellationToken), basis);
    }

    /// <summary>Measures predictions that are there, by each rule.</summary>
    /// <param name="model">Name for the report.</param>
    /// <param name="probabilities">Of every class of the basis, in its order, for each of its faces.</param>
    /// <param name="basis">What was measured on.</param>
    /// <exception cref="PermanentStageException">No face has a label.</exception>
    internal static ModelEvaluation Of(string model, IReadOnlyList<float[]> probabilities, EvaluationBasis basis)
    {
        var (faces, dataset, _, seed) = basis;
        int[] predicted = [.. probabilities.Select(MostProbable)];
        int[] own = [.. Enumerable.Range(0, faces.Count).Select(faces.LabelOf)];
        var rules = new List<RuleEvaluation>();
        foreach (var (rule, truth) in faces.LabelsByRule.Prepend(KeyValuePair.Create("labels", own)))
        {
            if (rules.Count > 0 && truth.SequenceEqual(own))
            {
                rules[0] = rules[0] with { Rule = rule }; // the rule the import chose: once is enough
                continue;
            }

            rules.Add(RuleEvaluation.Of(rule, truth, predicted, faces, dataset, seed));
        }

        var confidence = TemperatureScaling.TryFit(probabilities, own);
        var answered = confidence is null
            ? probabilities
            : probabilities.Select(row => TemperatureScaling.Apply(row, confidence.Temperature));
        return new ModelEvaluation
        {
            Model = model,
            Dataset = dataset,
            Rules = rules,
            Confidence = confidence,
            Predictions = PredictionReference.Of(answered, faces.Manifest.Classes),
        };
    }

    /// <summary>The class that is answered: of equal ones the first.</summary>
    internal static int MostProbable(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
}

/// <summary>Figures by one label rule. <see cref="WithoutDuplicates"/> is null where the split holds none.</summary>
public sealed record RuleEvaluation
{
    public required string Rule { get; init; }

    public required EvaluationReport All { get; init; }

    public EvaluationReport? WithoutDuplicates { get; init; }

    internal static RuleEvaluation Of(string rule, int[] truth, int[] predicted, PreparedFaces faces, string dataset, ulong seed)
    {
        int[] labelled = [.. Enumerable.Range(0, truth.Length).Where(index => truth[index] >= 0)];
        if (labelled.Length == 0)
        {
            throw new PermanentStageException($"no face of {dataset} has a label to measure by");
        }

        int[] unique = [.. labelled.Where(index => !faces.IsDuplicate(index))];
        EvaluationReport Report(int[] indices) =>
            EvaluationReport.Create(
                [.. indices.Select(index => truth[index])],
                [.. indices.Select(index => predicted[index])],
                faces.Manifest.Classes,
                seed
            );
        return new RuleEvaluation
        {
            Rule = rule,
            All = Report(labelled),
            WithoutDuplicates = unique.Length == labelled.Length || unique.Length == 0 ? null : Report(unique),
        };
    }
}
