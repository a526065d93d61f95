using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.StageHosting;
using SsFer.Stages.Hosting;

namespace SsFer.Pretraining;

/// <summary>The stage as a part of a process; its completion is told as <see cref="EncoderPretrained"/>.</summary>
public static class PretrainingService
{
    public static IHostApplicationBuilder AddPretraining(this IHostApplicationBuilder builder) =>
        builder.AddTrainingStage<PretrainingStage>(StageKind.Pretraining, claim => [
                new EncoderPretrained
                {
                    Run = claim.Spec.Id,
                    Stage = claim.Stage.Name,
                    Encoder = claim.ProductFile(TrainingState.WeightsFile),
                },
            ]);
}
