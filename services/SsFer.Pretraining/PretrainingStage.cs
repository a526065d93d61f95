using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.Pretraining;

/// <summary>
/// Prepared faces to an encoder: masked face reconstruction on every face of the run, labels unseen (paper, section 3.2).
/// </summary>
public sealed class PretrainingStage(StageEnvironment environment) : IStage
{
    public StageKind Kind => StageKind.Pretraining;

    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var recipe = StageEnvironment.RecipeOf(claim.Spec);
        var target = await environment.TargetAsync(claim, recipe, cancellationToken);
        using var faces = await RunFaces.OpenAsync(environment, claim, cancellationToken);
        using var task = await StageFaults.PermanentAsync(() => new PretrainingTask(recipe, faces.All, target));
        var checkpoint = await new TrainingStage(environment, claim, recipe, target).RunAsync(
            task,
            DescribedWeights.MetadataOf(claim, [], start: null),
            $"{faces.All.Count} faces, {recipe.Pretraining.Epochs} epochs of {task.StepsPerEpoch} steps",
            cancellationToken
        );
        return StageArtifact.From(checkpoint, JsonSerializer.SerializeToElement(new { images = task.TotalSteps * task.ImagesPerStep }));
    }
}
