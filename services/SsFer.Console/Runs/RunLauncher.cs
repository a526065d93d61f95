using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.ServiceDefaults.Http;
using SsFer.StageHosting;

namespace SsFer.Console.Runs;

/// <summary>Makes runs and wakes those who do them. The same request any number of times, at any number of replicas, is one run.</summary>
internal sealed class RunLauncher(
    IArtifactStore store,
    RunStore runs,
    FaceVersions faces,
    TrainedWeights weights,
    StageAnnouncer announcer,
    TimeProvider time
)
{
    private const int MaxDatasets = 32;

    /// <returns>The run, and whether this request was the first for it.</returns>
    /// <exception cref="RequestRefusedException">A run of this id was asked for with other settings, or too much was.</exception>
    public async Task<(RunStatus Run, bool IsNew)> LaunchAsync(RunBody body, CancellationToken cancellationToken)
    {
        var order = await PlanAsync(body, cancellationToken);
        var id = order.Spec.Id;
        var path = RunOrder.PathOf(id);
        var stored = await store.TryReadJsonAsync<RunOrder>(path, cancellationToken);
        if (stored is null && await runs.TryLoadAsync(id, cancellationToken) is not null)
        {
            // Made by another program, which leaves no order: the run's own settings are compared
            return (await StartAsync(order.Spec, order.Plan, cancellationToken), false);
        }

        var isNew = stored is null && await store.TryPutJsonIfAbsentAsync(path, order, cancellationToken) is not null;
        if (!isNew)
        {
            var first = (stored ?? await store.TryReadJsonAsync<RunOrder>(path, cancellationToken))!.Value;
            if (first.Identity != order.Identity)
            {
                throw RequestRefusedException.Conflict($"run {id} exists with other settings: choose another id, or none");
            }

            order = first;
        }

        return (await StartAsync(order.Spec, order.Plan, cancellationToken), isNew);
    }

    /// <summary>Creates the run where it is not there yet, and wakes the workers of what can start.</summary>
    /// <exception cref="ArtifactException">A run of this id exists with other settings.</exception>
    public async Task<RunStatus> StartAsync(RunSpec spec, RunPlan plan, CancellationToken cancellationToken)
    {
        using var launch = RunTrace.Launch(spec.Id);
        await RunTrace.KeepAsync(store, spec.Id, launch, cancellationToken);
        var run = await runs.CreateAsync(spec, plan, cancellationToken);
        await announcer.WakeStartableAsync(spec.Id, cancellationToken);
        return run;
    }

    private async Task<RunOrder> PlanAsync(RunBody body, CancellationToken cancellationToken)
    {
        if (body.Unlabelled.Count > MaxDatasets)
        {
            throw RequestRefusedException.Unprocessable(
                $"the run names {body.Unlabelled.Count} unlabelled datasets, over the limit of {MaxDatasets}"
            );
        }

        var recipe = body.ToRecipe();
        var size = recipe.Model.ImageSize;
        var labelled = await faces.FindAsync(DatasetSelection.Parse(body.Labelled, DatasetSplit.Train), size, cancellationToken);
        var unlabelled = new List<FaceVersion>();
        foreach (var name in body.Unlabelled)
        {
            unlabelled.Add(await faces.FindAsync(DatasetSelection.Parse(name, DatasetSplit.Train), size, cancellationToken));
        }

        var validation = body.Validation is null
            ? null
            : await faces.FindAsync(DatasetSelection.Parse(body.Validation, DatasetSplit.Validation), size, cancellationToken);
        if (validation is not null)
        {
            FaceVersions.RequireSameClasses(labelled, validation);
        }

        if (body.Teacher)
        {
            TeacherFaces.Require(
                labelled.Reference.Name,
                labelled.WithoutLabel,
                body.Labels,
                unlabelled.Any(version => version.Reference != labelled.Reference)
            );
        }

        var encoder = body.Encoder is null
            ? null
            : await weights.OfRunAsync(body.Encoder, [StageKind.Pretraining, StageKind.FineTuning], cancellationToken);
        var promotion = body.Promotion.ToParameters();
        JsonElement? evaluation = validation is null ? null : promotion;

        var all = new[] { labelled, validation }.OfType<FaceVersion>().Concat(unlabelled);
        var plan = TrainingPlan.Full(FaceVersions.Preparations(all, size), encoder, body.Teacher, evaluation);
        var request = new RunRequest
        {
            Recipe = recipe,
            Labelled = labelled.Reference,
            Labels = body.Labels,
            Unlabelled = [.. unlabelled.Select(version => version.Reference)],
            Validation = validation?.Reference,
        };
        var spec = request.ToSpec(body.Id ?? "unnamed", time.GetUtcNow());
        var identity = RunRequest.HashOf(
            new RunIdentity
            {
                Id = body.Id,
                Recipe = spec.Recipe,
                Labelled = labelled.Identity,
                Labels = spec.Labels!,
                Unlabelled = [.. unlabelled.Select(version => version.Identity).Order(StringComparer.Ordinal)],
                Validation = validation?.Identity,
                Encoder = encoder,
                Evaluation = evaluation,
                WithoutTeacher = !body.Teacher,
            }
        );
        plan.Validate();
        return new RunOrder
        {
            Identity = identity,
            Spec = body.Id is null ? spec with { Id = identity } : spec,
            Plan = plan,
        };
    }
}
