using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.FineTuning;

/// <summary>
/// Encoder and labels to a classifier, plain, with Mixup or with FaceMix (paper, section 3.3). Without an encoder it starts from
/// scratch.
/// </summary>
public sealed class FineTuningStage(StageEnvironment environment) : IStage
{
    public StageKind Kind => StageKind.FineTuning;

    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var recipe = StageEnvironment.RecipeOf(claim.Spec);
        var target = await environment.TargetAsync(claim, recipe, cancellationToken);
        using var faces = await RunFaces.OpenAsync(environment, claim, cancellationToken);
        using var encoder = await StageWeights.InitialAsync(environment, claim, cancellationToken);
        using var task = await StageFaults.PermanentAsync(() =>
            new FineTuningTask(recipe, faces.Labelled, faces.Classes.Count, encoder?.Tensors, target)
        );
        environment.Observer.Noted(
            claim.Spec.Id,
            claim.Stage.Name,
            task.EncoderImport is { } report ? $"encoder: {report.OfAnEncoder}" : "no encoder: training starts from scratch"
        );

        var checkpoint = await new TrainingStage(environment, claim, recipe, target).RunAsync(
            task,
            DescribedWeights.MetadataOf(claim, faces.Classes, encoder),
            $"{faces.Labelled.Count} labelled faces, targets {recipe.FineTuning.Targets}, mixing {recipe.FineTuning.Mixing}, "
                + $"{task.TotalSteps / task.StepsPerEpoch} epochs of {task.StepsPerEpoch} steps",
            cancellationToken
        );
        return StageArtifact.From(
            checkpoint,
            JsonSerializer.SerializeToElement(new { labelled = faces.Labelled.Count, images = task.TotalSteps * task.ImagesPerStep })
        );
    }
}
