using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
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
        using var start = await StageWeights.InitialAsync(environment, claim, cancellationToken);
        using var ordered = Ordered(start, faces.Classes, $"{claim.Spec.Labelled}");
        using var task = await StageFaults.PermanentAsync(() =>
            new SemiSupervisedTask(recipe, faces.Labelled, faces.Unlabelled, faces.Classes.Count, ordered?.Tensors, target)
        );
        if (recipe.EmaTeacher.Method.StartsFromAnything())
        {
            environment.Observer.Noted(
                claim.Spec.Id,
                claim.Stage.Name,
                task.StartImport is { } report
                    ? $"{recipe.EmaTeacher.Method} from weights: {report.OfAnEncoder}"
                    : $"{recipe.EmaTeacher.Method} from scratch"
            );
        }

        var checkpoint = await new TrainingStage(environment, claim, recipe, target).RunAsync(
            task,
            DescribedWeights.MetadataOf(claim, faces.Classes, start),
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

    /// <summary>A classifier's head in the order of the faces' classes; an encoder has none to order.</summary>
    private static OrderedClassifier? Ordered(SafetensorsContent? start, IReadOnlyList<string> classes, string dataset)
    {
        if (start is null)
        {
            return null;
        }

        var known = ModelDescription.TryFind(start.Metadata, "classifier")?.Classes;
        return OrderedClassifier.Of(start, known is { Count: > 0 } ? known : classes, classes, dataset);
    }
}
