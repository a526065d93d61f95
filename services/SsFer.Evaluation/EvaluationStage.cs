using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation;

/// <summary>Classifiers of a run to figures and a model card. The last training stage's product becomes the model.</summary>
public sealed class EvaluationStage(StageEnvironment environment) : IStage
{
    public StageKind Kind => StageKind.Evaluation;

    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var spec = claim.SpecOfPreparedFaces();
        var recipe = StageEnvironment.RecipeOf(spec);
        var target = environment.Target(recipe);
        var reference = spec.Validation ?? throw new PermanentStageException("the run names nothing to evaluate on: pass --validation DATASET:SPLIT");
        using var faces = await PreparedFaces.OpenAsync(environment.Store, reference, environment.CacheDirectory, cancellationToken);
        environment.Observer.Noted(spec.Id, claim.Stage.Name, $"{faces.Count} faces of {reference.Name}, {reference.Split ?? "all splits"}");

        var candidates = claim.Stage.Inputs.SelectMany(input => CandidatesOf(claim, input)).ToList();
        if (candidates.Count == 0)
            throw new PermanentStageException("the run has no classifier to evaluate");
        var evaluations = new List<ModelEvaluation>();
        foreach (var (model, artifact, file) in candidates)
        {
            using var weights = await StageWeights.OpenAsync(environment, artifact, file, cancellationToken);
            evaluations.Add(ModelEvaluation.Measure(model, weights, $"{artifact.Path}/{file}", faces, $"{reference.Name}:{reference.Split}", target, spec.Seed, cancellationToken));
        }

        var product = candidates[^1];
        using var productWeights = await StageWeights.OpenAsync(environment, product.Artifact, product.File, cancellationToken);
        var prepared = spec.Labelled is { } labelled ? await new DatasetCatalog(environment.Store).ReadManifestAsync(labelled.Name, labelled.Version, cancellationToken) : faces.Manifest;
        var card = new ModelCard
        {
            Id = spec.Id,
            Run = spec,
            Classes = faces.Manifest.Classes,
            Preparation = FacePreparation.Of(prepared),
            Product = product.Model,
            Evaluations = evaluations,
        };
        await ModelCard.PublishAsync(environment.Store, card, productWeights, cancellationToken);
        return new StageArtifact { Path = ModelCard.Folder(card.Id), Summary = card.Summary() };
    }

    /// <summary>What a stage left that can be measured; its product comes last.</summary>
    private static IEnumerable<(string Model, StageArtifact Artifact, string File)> CandidatesOf(StageClaim claim, string input) =>
        claim.Plan.Stage(input).Kind switch
        {
            StageKind.FineTuning => [("classifier", claim.Inputs[input], TrainingState.WeightsFile)],
            StageKind.EmaTeacher => [("student", claim.Inputs[input], TrainingState.WeightsFile), ("teacher", claim.Inputs[input], TrainingState.TeacherFile)],
            _ => [],
        };
}
