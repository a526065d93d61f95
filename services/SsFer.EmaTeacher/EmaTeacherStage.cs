using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.EmaTeacher;

/// <summary>
/// Classifier, labels and unlabelled faces to a better classifier: the teacher labels what it is sure of (paper, section 3.4).
/// </summary>
public sealed class EmaTeacherStage(StageEnvironment environment) : IStage
{
    public StageKind Kind => StageKind.EmaTeacher;

    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var recipe = StageEnvironment.RecipeOf(claim.Spec);
        var target = await environment.TargetAsync(claim, recipe, cancellationToken);
        using var faces = await RunFaces.OpenAsync(environment, claim, cancellationToken);
        using var classifier = await StageWeights.InitialAsync(environment, claim, cancellationToken)
            ?? throw new PermanentStageException(
                "the teacher needs a classifier to start from: plan a fine-tuning stage before it, or name weights with --classifier"
            );
        var known = ModelDescription.TryFind(classifier.Metadata, "classifier")?.Classes ?? faces.Classes;
        using var ordered = OrderedClassifier.Of(classifier, known, faces.Classes, $"{claim.Spec.Labelled}");
        using var task = await StageFaults.PermanentAsync(() =>
            new EmaTeacherTask(recipe, faces.Labelled, faces.Unlabelled, faces.Classes.Count, ordered.Tensors, target)
        );

        var checkpoint = await new TrainingStage(environment, claim, recipe, target).RunAsync(
            task,
            DescribedWeights.MetadataOf(claim, faces.Classes, classifier),
            $"{faces.Labelled.Count} labelled and {faces.Unlabelled.Count} unlabelled faces, {recipe.EmaTeacher.Epochs} epochs "
                + $"of {task.StepsPerEpoch} steps",
            cancellationToken
        );
        return StageArtifact.From(
            checkpoint,
            JsonSerializer.SerializeToElement(
                new
                {
                    labelled = faces.Labelled.Count,
                    unlabelled = faces.Unlabelled.Count,
                    images = task.TotalSteps * task.ImagesPerStep,
                }
            )
        );
    }
}
