using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>
/// From a request to a run, for the terminal and the Console alike: the same request gets the same plan and the same name, or the
/// same refusal, any number of times and at any number of replicas.
/// </summary>
public sealed class RunPlanner(IArtifactStore store, TimeProvider time)
{
    private const int MaxDatasets = 32;

    private readonly RunStore _runs = new(store);
    private readonly DatasetCatalog _catalog = new(store);
    private readonly TrainedWeights _weights = new(store);

    /// <summary>Of the stages that are asked for those that a run of the recipe has: not every model, nor every method, has all.</summary>
    /// <exception cref="PlanningException">None is left.</exception>
    public static IReadOnlyList<StageKind> StagesFor(Recipe recipe, IReadOnlyList<StageKind> asked)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(asked);
        return RunRequirements.StagesFor(recipe, asked);
    }

    /// <summary>Finds everything that the request names, and checks all that a stage would refuse later.</summary>
    /// <exception cref="InvalidRequestException">The run could not be carried out; nothing was stored.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such dataset.</exception>
    /// <exception cref="ArtifactNameException">No run, or no model, can be called so.</exception>
    public Task<RunDraft> DraftAsync(RunRequest request, CancellationToken cancellationToken) =>
        DraftAsync(request, new FaceVersions(_catalog), cancellationToken);

    /// <summary>As the other, of a look at the store that has begun.</summary>
    /// <inheritdoc cref="DraftAsync(RunRequest, CancellationToken)" path="/exception"/>
    public async Task<RunDraft> DraftAsync(RunRequest request, FaceVersions versions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(versions);
        CheckName(request);
        if (request.Unlabelled.Count > MaxDatasets)
        {
            throw new PlanningException(
                $"the run names {request.Unlabelled.Count} unlabelled datasets, over the limit of {MaxDatasets}: name fewer"
            );
        }

        _ = LabelBudget.Parse(request.Labels ?? "100%");
        var unlabelled = new List<FaceVersion>();
        var labelled = await FindAsync(request.Labelled, DatasetSplit.Train);
        foreach (var name in request.Unlabelled)
        {
            unlabelled.Add((await FindAsync(name, DatasetSplit.Train))!);
        }

        var stages = StagesFor(request.Recipe, request.Stages);
        var draft = new RunDraft
        {
            Recipe = request.Recipe,
            Stages = stages,
            StagesNote = RunRequirements.NoteOf(request, stages),
            Labelled = labelled,
            Labels = request.Labels,
            Unlabelled = unlabelled,
            Validation = await FindAsync(request.Validation, DatasetSplit.Validation),
            Start = request.StartRun is { } run
                ? await _weights.OfRunAsync(run, TrainedWeights.StartsOf(request), cancellationToken)
                : request.StartWeights,
            Evaluation = request.Evaluation,
            EvaluationUnlessTold = request.EvaluationUnlessTold,
            LabelsToCome = request.LabelsToCome,
        };
        return draft with { StartNote = await CheckAsync(draft, cancellationToken) };

        async Task<FaceVersion?> FindAsync(string? text, string split) =>
            text is null
                ? null
                : await versions.FindAsync(DatasetSelection.Parse(text, split), request.Recipe.Model.ImageSize, cancellationToken);
    }

    /// <returns>What the user of the run should know of the weights that it starts from; null for nothing.</returns>
    /// <exception cref="InvalidRequestException">The run could not be carried out.</exception>
    public async Task<string?> CheckAsync(RunDraft draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        RunRequirements.Check(draft);
        if (draft.Start is not { } start)
        {
            return null;
        }

        if (await _weights.DescribeAsync(start, cancellationToken) is { } model)
        {
            RunRequirements.CheckStart(draft, model);
        }

        if (draft.Validation is not { } validation)
        {
            return null;
        }

        var lineage = new Lineage(store);
        var seen = await lineage.SeenAsync(await lineage.OfAsync(start, cancellationToken), validation.Reference, cancellationToken);
        return seen.How is null
            ? seen.Untold is { } untold
                ? $"{untold}, so nobody can tell whether the weights to start from have seen faces of {validation}"
                : null
            : throw new PlanningException(
                $"the weights to start from have seen faces that are to be evaluated on: {seen.How}; start from others, or name another "
                    + "split for validation"
            );
    }

    /// <summary>The order of the run, stored now or found where the same was asked for before.</summary>
    /// <param name="draft">What is asked for, checked.</param>
    /// <param name="id">Name of the run; null for a hash of what is asked for.</param>
    /// <param name="created">When it was asked for; now unless told.</param>
    /// <param name="cancellationToken">Stops before the order is stored.</param>
    /// <returns>What <see cref="RunStore.CreateAsync"/> makes the run of, and whether this request was the first for it.</returns>
    /// <exception cref="ArtifactException">A run of this name exists with other settings.</exception>
    public async Task<(RunOrder Order, bool IsNew)> OrderAsync(
        RunDraft draft,
        string? id,
        DateTimeOffset? created,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(draft);
        var order = draft.ToOrder(id, created ?? time.GetUtcNow());
        var path = RunOrder.PathOf(order.Spec.Id);
        var stored = await store.TryReadJsonAsync<RunOrder>(path, cancellationToken);
        if (stored is null)
        {
            if (await _runs.TryLoadAsync(order.Spec.Id, cancellationToken) is not null)
            {
                return (order, false); // made before there were orders: the run's own settings are compared
            }

            if (await store.TryPutJsonIfAbsentAsync(path, order, cancellationToken) is not null)
            {
                return (order, true);
            }

            stored = (await store.TryReadJsonAsync<RunOrder>(path, cancellationToken))!;
        }

        if (stored.Value.Identity != order.Identity)
        {
            await _runs.CreateAsync(stored.Value.Spec, stored.Value.Plan, cancellationToken); // what there is to compare with
            return (order, false);
        }

        if (draft.Evaluation is not null)
        {
            RequireSameEvaluation(stored.Value, order);
        }

        return (stored.Value, false);
    }

    private static void CheckName(RunRequest request)
    {
        if (request.Id is not { } id)
        {
            return;
        }

        RunPaths.Folder(id);
        if (request.Validation is not null)
        {
            ModelPaths.Card(id); // the model takes the run's name: better refused now than after the training
        }
    }

    /// <summary>The one thing that is no part of a run's identity; who says nothing of it takes what the run has.</summary>
    private static void RequireSameEvaluation(RunOrder stored, RunOrder asked)
    {
        var (before, now) = (ParametersOf(stored), ParametersOf(asked));
        if (before != now)
        {
            throw new ArtifactException(
                $"run {asked.Spec.Id} exists with other parameters of its evaluation ({before}, now {now}): choose another id (--run)"
            );
        }

        static string? ParametersOf(RunOrder order) =>
            order.Plan.Stages.LastOrDefault(stage => stage.Kind == StageKind.Evaluation) is { } evaluation
                ? JsonSerializer.Serialize(evaluation.Parameters)
                : null;
    }
}
