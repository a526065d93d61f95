using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.StageHosting;

namespace SsFer.Evaluation;

/// <summary>A completed stage as <see cref="ModelEvaluated"/>, with the figures of the model's card.</summary>
public sealed class EvaluationAnnouncement(IArtifactStore store) : IStageAnnouncement
{
    public StageKind Kind => StageKind.Evaluation;

    public async Task<object> ComposeAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var path = $"{claim.Record.Artifact!.Path}/{ModelCard.CardFile}";
        var card = (await store.TryReadJsonAsync<ModelCard>(path, cancellationToken) ?? throw new ArtifactNotFoundException(path)).Value;
        var product = card.ProductEvaluation;
        return new ModelEvaluated
        {
            Run = claim.Spec.Id,
            Stage = claim.Stage.Name,
            Model = card.Id,
            Dataset = claim.Spec.Validation!.ToString(),
            Accuracy = product.Accuracy,
            MacroF1 = product.Rules[0].All.MacroF1,
        };
    }
}
