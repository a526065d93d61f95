using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Evaluation.Promotion;
using SsFer.Evaluation.Report;
using SsFer.Learning.Training;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation;

/// <summary>
/// Classifiers of a run to figures, a model card and a report; the last training stage's product becomes the model. Where the plan
/// asks for it (<see cref="EvaluationParameters"/>), a gate then decides whether it goes into production.
/// </summary>
/// <remarks>
/// The card with the decision is stored before the promotion. A worker killed anywhere in between is followed by one that finds the
/// card and carries out the same decision; the registry promotes once for a run, however often it is asked. Where another model
/// went into production meanwhile, even at the moment of the promotion, the decision is made anew against that one. The report
/// follows the card (<see cref="StoredReport"/>): a worker that was suspended and wakes when another has finished changes nothing.
/// </remarks>
public sealed class EvaluationStage(StageEnvironment environment) : IStage
{
    public StageKind Kind => StageKind.Evaluation;

    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var parameters = EvaluationParameters.Of(claim.Stage);
        var spec = claim.SpecOfPreparedFaces();
        var registry = new ModelRegistry(environment.Store, environment.Time);
        while (true)
        {
            var report = await StoredReport.ReadAsync(environment.Store, spec.Id, cancellationToken);
            var alias = await registry.ReadAsync(cancellationToken);
            var present = await ModelCard.TryReadAsync(environment.Store, spec, cancellationToken);
            if (present is null || (parameters.Promotion is not null && !ProductionComparison.Holds(present.Value, alias)))
            {
                await PublishAsync(claim, spec, parameters, alias, present, cancellationToken);
                continue; // production may have changed since the alias was read, and another worker may have published: look again
            }

            if (
                !report.IsOf(present.Value)
                && !await report.TryReplaceAsync(
                    environment.Store,
                    spec.Id,
                    await ReportAsync(claim, spec, present.Value, cancellationToken),
                    cancellationToken
                )
            )
            {
                continue;
            }

            AliasChange? promotion = null;
            if (parameters.Promotion is not null && present.Value.Promotion is { Promoted: true } decision)
            {
                promotion = await registry.TryPromoteInPlaceOfAsync(
                    spec.Id,
                    decision.Production,
                    AliasActor.OfRun(spec.Id),
                    decision.Reason,
                    cancellationToken
                );
                if (promotion is null)
                {
                    continue;
                }
            }

            return new StageArtifact
            {
                Path = ModelCard.Folder(spec.Id),
                Summary = EvaluationSummary.Of(present.Value, promotion?.Entry).ToJson(),
            };
        }
    }

    private async Task PublishAsync(
        StageClaim claim,
        RunSpec spec,
        EvaluationParameters parameters,
        ProductionAlias alias,
        StoredJson<ModelCard>? replaced,
        CancellationToken cancellationToken
    )
    {
        var target = environment.MeasuringTarget(StageEnvironment.RecipeOf(spec));
        var reference = HeldOutOf(spec);
        await ValidationFaces.RequireAsync(environment.Store, spec, cancellationToken);
        using var faces = await PreparedFaces.OpenAsync(environment, reference, cancellationToken);
        environment.Observer.Noted(
            spec.Id,
            claim.Stage.Name,
            $"{faces.Count} faces of {reference.Name}, {reference.Split ?? "all splits"}"
        );
        var basis = new EvaluationBasis(faces, $"{reference.Name}:{reference.Split}", target, spec.Seed);

        var candidates = CandidatesOf(claim);
        var evaluations = new List<ModelEvaluation>();
        foreach (var (model, artifact, file) in candidates)
        {
            using var weights = await StageWeights.OpenAsync(environment, artifact, file, cancellationToken);
            evaluations.Add(
                await ComputeThread.RunAsync(() =>
                    ModelEvaluation.Measure(model, weights, $"{artifact.Path}/{file}", basis, cancellationToken)
                )
            );
        }

        var product = candidates[^1];
        using var productWeights = await StageWeights.OpenAsync(environment, product.Artifact, product.File, cancellationToken);
        using var examination = await ComputeThread.RunAsync(() => new ModelExamination(productWeights, product.Artifact.Path, basis));
        var prepared = spec.Labelled is { } labelled
            ? await new DatasetCatalog(environment.Store).ReadManifestAsync(labelled.Name, labelled.Version, cancellationToken)
            : faces.Manifest;
        var card = new ModelCard
        {
            Id = spec.Id,
            Run = spec,
            Classes = DescribedWeights.Of(productWeights, product.Artifact.Path).Classes, // in the order of its logits
            Preparation = StoredPreparation.Of(prepared),
            Product = product.Model,
            Evaluations = evaluations,
            Size = examination.Size,
            Attack = await ComputeThread.RunAsync(() => examination.Attack(new AttackOptions(parameters.AttackFaces), cancellationToken)),
            PseudoLabels = await PseudoLabelsAsync(claim, cancellationToken),
            MeasuredOn = ModelExamination.Describe(target),
            Promotion = parameters.Promotion is { } gate
                ? await new ProductionComparison(environment.Store, reference, basis).DecideAsync(
                    gate,
                    spec.Id,
                    evaluations[^1].Rules[0].All,
                    alias.Current,
                    cancellationToken
                )
                : null,
        };
        await ModelCard.TryPublishAsync(
            environment.Store,
            card,
            productWeights,
            file =>
                Task.Run(() => OnnxModelFile.Write(file, spec.Id, productWeights, card.Preparation!, card.Temperature), cancellationToken),
            replaced,
            cancellationToken
        );
    }

    private async Task<string> ReportAsync(StageClaim claim, RunSpec spec, ModelCard card, CancellationToken cancellationToken)
    {
        var reference = HeldOutOf(spec);
        using var faces = await PreparedFaces.OpenAsync(environment, reference, cancellationToken);
        var (_, artifact, file) = CandidatesOf(claim)[^1];
        using var weights = await StageWeights.OpenAsync(environment, artifact, file, cancellationToken);
        var target = environment.MeasuringTarget(StageEnvironment.RecipeOf(spec));
        var basis = new EvaluationBasis(faces, $"{reference.Name}:{reference.Split}", target, spec.Seed);
        var gallery = await ComputeThread.RunAsync(() =>
        {
            using var examination = new ModelExamination(weights, artifact.Path, basis);
            return examination.Gallery(cancellationToken);
        });
        return ModelReport.Render(ReportContent.Of(card, gallery));
    }

    private async Task<PseudoLabelShare?> PseudoLabelsAsync(StageClaim claim, CancellationToken cancellationToken) =>
        claim.Stage.Inputs.LastOrDefault(input => claim.Plan.Stage(input).Kind == StageKind.EmaTeacher) is { } teaching
            ? await PseudoLabelShare.OfAsync(environment.Store, claim.Spec.Id, teaching, cancellationToken)
            : null;

    private static DatasetReference HeldOutOf(RunSpec spec) =>
        spec.Validation ?? throw new PermanentStageException("the run names nothing to evaluate on: pass --validation DATASET:SPLIT");

    /// <summary>What the run's stages left that can be measured; the last one's product comes last.</summary>
    private static List<(string Model, StageArtifact Artifact, string File)> CandidatesOf(StageClaim claim)
    {
        var candidates = claim.Stage.Inputs.SelectMany(input => CandidatesOf(claim, input)).ToList();
        return candidates.Count > 0 ? candidates : throw new PermanentStageException("the run has no classifier to evaluate");
    }

    private static IEnumerable<(string Model, StageArtifact Artifact, string File)> CandidatesOf(StageClaim claim, string input) =>
        claim.Plan.Stage(input).Kind switch
        {
            StageKind.FineTuning => [("classifier", claim.Inputs[input], TrainingState.WeightsFile)],
            StageKind.EmaTeacher =>
            [
                ("student", claim.Inputs[input], TrainingState.WeightsFile),
                ("teacher", claim.Inputs[input], TrainingState.TeacherFile),
            ],
            _ => [],
        };
}
