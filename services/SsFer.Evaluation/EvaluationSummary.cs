using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Evaluation;

/// <summary>
/// The summary of a completed evaluation stage (<see cref="StageArtifact.Summary"/>): figures for lists, and the gate's decision,
/// so that whoever announces the stage needs nothing else. Read it with <see cref="Of(StageRecord)"/>.
/// </summary>
public sealed record EvaluationSummary
{
    /// <summary>Id of the model in the store.</summary>
    public required string Model { get; init; }

    /// <summary>Of the product.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Of the product.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Accuracy of everything measured: classifier, student, teacher.</summary>
    public required IReadOnlyDictionary<string, double> Accuracies { get; init; }

    /// <summary><c>promoted</c> or <c>rejected: ...</c>; null where no gate was asked for.</summary>
    public string? Decision { get; init; }

    /// <summary>The gate's reason with both figures.</summary>
    public string? Reason { get; init; }

    /// <summary>The promotion's number in the alias's history; null unless promoted.</summary>
    public long? Sequence { get; init; }

    /// <summary>The model in production until then; null where there was none, or unless promoted.</summary>
    public string? Previous { get; init; }

    /// <summary>Null for a stage that is not a completed evaluation of this version of SsFer.</summary>
    public static EvaluationSummary? Of(StageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Artifact?.Summary is { ValueKind: JsonValueKind.Object } summary && summary.TryGetProperty("accuracies", out _)
            ? summary.Deserialize<EvaluationSummary>(ArtifactJson.Document)
            : null;
    }

    internal static EvaluationSummary Of(ModelCard card, AliasEntry? promotion)
    {
        var product = card.ProductEvaluation;
        return new EvaluationSummary
        {
            Model = card.Id,
            Accuracy = product.Accuracy,
            MacroF1 = product.Rules[0].All.MacroF1,
            Accuracies = card.Evaluations.ToDictionary(evaluation => evaluation.Model, evaluation => evaluation.Accuracy),
            Decision =
                card.Promotion is not { } decision ? null
                : decision.Promoted ? "promoted"
                : $"rejected: {decision.Reason}",
            Reason = card.Promotion?.Reason,
            Sequence = promotion?.Sequence,
            Previous = promotion?.Previous,
        };
    }

    internal JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ArtifactJson.Document);
}
