using System.Globalization;
using SsFer.Learning.Metrics;

namespace SsFer.Evaluation.Promotion;

/// <summary>
/// Decides whether a model goes into production. Both models are measured on the same split of the same dataset version. The
/// comparison is fair because neither has learned from that split: no run is planned that would, splits are fixed when a dataset is
/// imported, labels that arrive later join the train split, and where the model in production has seen the faces all the same, as
/// after an import anew with another hold-out, the two are not compared.
/// </summary>
public static class PromotionGate
{
    /// <summary>Classes with fewer faces do not count alone: one face would be more than a tenth of their recall.</summary>
    public const int SmallestClass = 10;

    private const double Rounding = 1e-9; // 0.71 - 0.01 is not 0.70 in binary

    /// <summary>There is no model in production: the candidate must be better than always answering the most frequent class.</summary>
    public static PromotionDecision DecideFirst(PromotionSettings settings, EvaluationReport candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        var better = candidate.Accuracy > candidate.MostFrequentShare;
        return new PromotionDecision
        {
            Promoted = better,
            Reason =
                $"no model is in production; accuracy {Percent(candidate.Accuracy)} is {(better ? "better" : "not better")} "
                + $"than the {Percent(candidate.MostFrequentShare)} of always answering {candidate.MostFrequent.Name}",
            Accuracy = candidate.Accuracy,
            Settings = settings,
        };
    }

    /// <summary>The candidate's accuracy must not fall by more than the margin, and no class may collapse.</summary>
    /// <param name="settings">Margin and collapse.</param>
    /// <param name="candidate">How the candidate measured.</param>
    /// <param name="production">Id of the model in production.</param>
    /// <param name="current">How that one measured, on the same faces.</param>
    public static PromotionDecision Decide(
        PromotionSettings settings,
        EvaluationReport candidate,
        string production,
        EvaluationReport current
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(current);
        var figures = $"accuracy {Percent(candidate.Accuracy)} against {Percent(current.Accuracy)} of {production}";
        string[] collapsed =
        [
            .. candidate
                .Classes.Zip(current.Classes, (now, before) => (now, before))
                .Where(pair => HasCollapsed(pair.now, pair.before))
                .Select(pair => $"{pair.now.Name} from {Percent(pair.before.Recall!.Value)} to {Percent(pair.now.Recall!.Value)}"),
        ];
        var fell = candidate.Accuracy < current.Accuracy - settings.Margin - Rounding;
        var verdict = (fell, collapsed) switch
        {
            (true, _) => $", more than {Percent(settings.Margin)} below",
            (false, []) => "",
            _ => $", but recall collapsed for {string.Join(", ", collapsed)}",
        };
        return new PromotionDecision
        {
            Promoted = !fell && collapsed.Length == 0,
            Reason = figures + verdict,
            Accuracy = candidate.Accuracy,
            Production = production,
            ProductionAccuracy = current.Accuracy,
            Settings = settings,
        };

        bool HasCollapsed(ClassReport now, ClassReport before) =>
            now.Support >= SmallestClass && now.Recall < (settings.Collapse * before.Recall) - Rounding;
    }

    /// <summary>
    /// The model in production knows other classes: whoever asks it would get other answers than they know, so that takes a person.
    /// </summary>
    public static PromotionDecision RefuseOtherClasses(
        PromotionSettings settings,
        EvaluationReport candidate,
        string model,
        string production,
        IReadOnlyList<string> classes
    )
    {
        ArgumentNullException.ThrowIfNull(classes);
        return Refuse(settings, candidate, model, production, $"knows other classes ({string.Join(", ", classes)})");
    }

    /// <summary>The model in production learned from faces cut otherwise: on these its figures would be worse than it is.</summary>
    public static PromotionDecision RefuseOtherFaces(
        PromotionSettings settings,
        EvaluationReport candidate,
        string model,
        string production,
        string difference
    ) => Refuse(settings, candidate, model, production, $"learned from faces cut otherwise (these have {difference})");

    /// <summary>The model in production has learned from these faces: on them its figures are better than it is.</summary>
    public static PromotionDecision RefuseSeenFaces(
        PromotionSettings settings,
        EvaluationReport candidate,
        string model,
        string production,
        string how
    ) => Refuse(settings, candidate, model, production, $"has seen the faces that both would be measured on ({how})");

    private static PromotionDecision Refuse(
        PromotionSettings settings,
        EvaluationReport candidate,
        string model,
        string production,
        string why
    )
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return new PromotionDecision
        {
            Promoted = false,
            Reason =
                $"{production} in production {why}: ssfer models promote {model}, or POST /api/models/{model}/promote, "
                + $"puts this one in its place all the same",
            Accuracy = candidate.Accuracy,
            Production = production,
            Settings = settings,
        };
    }

    private static string Percent(double share) => share.ToString("P2", CultureInfo.InvariantCulture);
}
