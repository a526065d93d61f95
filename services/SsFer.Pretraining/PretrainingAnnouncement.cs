using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.StageHosting;

namespace SsFer.Pretraining;

/// <summary>A completed stage as <see cref="EncoderPretrained"/>.</summary>
public sealed class PretrainingAnnouncement : IStageAnnouncement
{
    public StageKind Kind => StageKind.Pretraining;

    public Task<IReadOnlyList<object>> ComposeAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Task.FromResult<IReadOnlyList<object>>([
            new EncoderPretrained
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Encoder = claim.ProductFile(TrainingState.WeightsFile),
            },
        ]);
    }
}
