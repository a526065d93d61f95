using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.StageHosting;

namespace SsFer.FineTuning;

/// <summary>A completed stage as <see cref="ClassifierFineTuned"/>.</summary>
public sealed class FineTuningAnnouncement : IStageAnnouncement
{
    public StageKind Kind => StageKind.FineTuning;

    public Task<IReadOnlyList<object>> ComposeAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Task.FromResult<IReadOnlyList<object>>([
            new ClassifierFineTuned
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Classifier = claim.ProductFile(TrainingState.WeightsFile),
            },
        ]);
    }
}
