using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.StageHosting;
using SsFer.Stages.Hosting;

namespace SsFer.FineTuning;

/// <summary>The stage as a part of a process; its completion is told as <see cref="ClassifierFineTuned"/>.</summary>
public static class FineTuningService
{
    public static IHostApplicationBuilder AddFineTuning(this IHostApplicationBuilder builder) =>
        builder.AddTrainingStage<FineTuningStage>(StageKind.FineTuning, claim => [
                new ClassifierFineTuned
                {
                    Run = claim.Spec.Id,
                    Stage = claim.Stage.Name,
                    Classifier = claim.ProductFile(TrainingState.WeightsFile),
                },
            ]);
}
