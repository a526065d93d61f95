using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Metrics;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Evaluation.Promotion;

/// <summary>Measures the model in production on the faces that a candidate was measured on, and lets the gate decide.</summary>
/// <param name="store">Holds the model in production and what is known of it.</param>
/// <param name="heldOut">Those faces: what the model in production has learned from cannot be held against the candidate.</param>
/// <param name="basis">The faces, and where to compute.</param>
internal sealed class ProductionComparison(IArtifactStore store, DatasetReference heldOut, EvaluationBasis basis)
{
    /// <param name="settings">Of the gate.</param>
    /// <param name="model">Id of the candidate.</param>
    /// <param name="candidate">How it measured.</param>
    /// <param name="production">Id of the model in production; null where there is none.</param>
    /// <param name="cancellationToken">Stops the measuring.</param>
    /// <exception cref="PermanentStageException">The model in production is not in the store, or is damaged.</exception>
    public async Task<PromotionDecision> DecideAsync(
        PromotionSettings settings,
        string model,
        EvaluationReport candidate,
        string? production,
        CancellationToken cancellationToken
    )
    {
        if (production is null)
        {
            return PromotionGate.DecideFirst(settings, candidate);
        }

        if (production == model)
        {
            return new PromotionDecision
            {
                Promoted = true,
                Reason = "it is in production already",
                Accuracy = candidate.Accuracy,
                Production = production,
                ProductionAccuracy = candidate.Accuracy,
                Settings = settings,
            };
        }

        using var current = await OpenAsync(production, cancellationToken);
        if (ClassList.OrderOf(current.Description.Classes, basis.Faces.Manifest.Classes) is null)
        {
            return PromotionGate.RefuseOtherClasses(settings, candidate, model, production, current.Description.Classes);
        }

        if (current.KnownPreparation is { } learned && StoredPreparation.Of(basis.Faces.Manifest).DifferenceFrom(learned) is { } difference)
        {
            return PromotionGate.RefuseOtherFaces(settings, candidate, model, production, difference);
        }

        var seen = await new Lineage(store).SeenAsync(await current.LineageAsync(store, cancellationToken), heldOut, cancellationToken);
        if (seen.How is { } how)
        {
            return PromotionGate.RefuseSeenFaces(settings, candidate, model, production, how);
        }

        var measured = await ComputeThread.RunAsync(() =>
            ModelEvaluation.Measure(production, current.Weights, production, basis, cancellationToken)
        );
        var decision = PromotionGate.Decide(settings, candidate, production, measured.Rules[0].All);
        return seen.Untold is { } untold ? decision with { Reason = $"{decision.Reason} ({production}: {untold})" } : decision;
    }

    /// <summary>
    /// Whether a decision still holds for what is in production now: it was made against that model, or has been carried out already.
    /// </summary>
    public static bool Holds(ModelCard card, ProductionAlias alias) =>
        card.Promotion is { } decision
        && (
            decision.Production == alias.Current
            || alias.History.Any(entry =>
                entry.Action == AliasAction.Promoted && entry.Model == card.Id && entry.By == AliasActor.OfRun(card.Run.Id)
            )
        );

    private async Task<StoredModel> OpenAsync(string production, CancellationToken cancellationToken)
    {
        try
        {
            return await StoredModel.OpenStoredAsync(store, production, cancellationToken);
        }
        catch (Exception fault) when (fault is ModelNotFoundException or WeightsException)
        {
            throw new PermanentStageException(
                $"the model in production, '{production}', cannot be compared with: {fault.Message}; ssfer models rollback or "
                    + $"promote puts another one there",
                fault
            );
        }
    }
}
