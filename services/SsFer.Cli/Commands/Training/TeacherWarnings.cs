using System.Globalization;
using SsFer.Evaluation;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Training;

/// <summary>An EMA teacher that did no good ends like one that did, so it is said.</summary>
internal static class TeacherWarnings
{
    public const string Classifier = "classifier";
    public const string Teacher = "teacher";

    // Less than one face in two thousand: the unlabelled faces had no part in the training.
    private const double Nothing = 0.0005;

    /// <param name="evaluations">Of the run's models, on the same faces.</param>
    /// <param name="pseudoLabels">Of the teacher's stage; null for a run without one.</param>
    /// <param name="method">Of that stage.</param>
    public static IEnumerable<string> Of(
        IReadOnlyList<ModelEvaluation> evaluations,
        PseudoLabelShare? pseudoLabels,
        SemiSupervisedMethod method
    )
    {
        if (pseudoLabels is { Kept: < Nothing })
        {
            var longer = method.StartsFromAnything()
                ? "train for longer (EmaTeacher.Epochs)"
                : "train the classifier for longer (FineTuning.Epochs)";
            yield return "the teacher kept no pseudo-label, so the unlabelled faces taught it nothing: lower EmaTeacher.Threshold, or "
                + longer;
        }

        if (AccuracyOf(Teacher) is { } teacher && AccuracyOf(Classifier) is { } classifier && teacher < classifier)
        {
            yield return $"the teacher ({Percent(teacher)}) is worse than the classifier it started from ({Percent(classifier)}): "
                + "--no-teacher makes the classifier the product";
        }

        double? AccuracyOf(string model) => evaluations.FirstOrDefault(evaluation => evaluation.Model == model)?.Accuracy;
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
