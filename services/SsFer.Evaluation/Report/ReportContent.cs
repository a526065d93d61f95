using SsFer.Artifacts.Runs;
using SsFer.Evaluation.Promotion;
using SsFer.Planning;

namespace SsFer.Evaluation.Report;

/// <summary>What a report tells of a model.</summary>
public sealed record ReportContent
{
    /// <summary>Id of the model, or its file.</summary>
    public required string Model { get; init; }

    /// <summary>Measurement of the model itself.</summary>
    public required ModelEvaluation Product { get; init; }

    /// <summary>What else the run's stages made, for comparison.</summary>
    public IReadOnlyList<ModelEvaluation> Others { get; init; } = [];

    public ModelSize? Size { get; init; }

    public AttackStudy? Attack { get; init; }

    public PseudoLabelShare? PseudoLabels { get; init; }

    public PromotionDecision? Promotion { get; init; }

    /// <summary>Digest of the card that all this is from; null where it is from none.</summary>
    public string? Card { get; init; }

    public required IReadOnlyList<ExplainedFace> Faces { get; init; }

    /// <summary>Name and value, in order.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>All that a card tells.</summary>
    public static ReportContent Of(ModelCard card, IReadOnlyList<ExplainedFace> faces)
    {
        ArgumentNullException.ThrowIfNull(card);
        var run = card.Run;
        List<(string, string)> facts =
        [
            ("Run", run.Id),
            ("Recipe", run.RecipeName),
            ("Seed", $"{run.Seed}"),
            ("Labelled faces", run.Labelled is { } labelled ? $"{run.Labels ?? "all"} of {labelled}" : "none"),
            ("Unlabelled faces", run.Unlabelled.Count == 0 ? "the rest of the labelled dataset" : string.Join(", ", run.Unlabelled)),
            ("Measured on", run.Validation?.ToString() ?? card.ProductEvaluation.Dataset),
        ];
        if (card.Preparation is { } preparation)
        {
            facts.Add(("Faces", $"{preparation.Size} pixels, detector {preparation.Detector}"));
        }

        if (card.MeasuredOn is { } hardware)
        {
            facts.Add(("Measured with", hardware));
        }

        if (run.Created != default)
        {
            facts.Add(("Asked for", $"{run.Created.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"));
        }

        return new ReportContent
        {
            Model = card.Id,
            Product = card.ProductEvaluation,
            Others = [.. card.Evaluations.Where(evaluation => evaluation.Model != card.Product)],
            Size = card.Size,
            Attack = card.Attack,
            PseudoLabels = card.PseudoLabels,
            Promotion = card.Promotion,
            Card = card.Digest(),
            Faces = faces,
            Facts = facts,
        };
    }

    /// <summary>Of a model measured on a dataset that is not its run's, or one that has no run here.</summary>
    public static IReadOnlyList<(string Name, string Value)> FactsOf(
        StoredModel model,
        DatasetReference dataset,
        string measuredWith,
        IReadOnlyList<LearnedCount> learned
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        return
        [
            ("Model", model.Name),
            ("Measured on", dataset.ToString()),
            ("Faces", $"{model.Preparation.Size} pixels, detector {model.Preparation.Detector}"),
            ("Measured with", measuredWith),
            .. learned.Select(run => ("Seen before", $"{run}")),
        ];
    }
}
