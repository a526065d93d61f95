using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>Weights that earlier runs left behind, for another run to start from.</summary>
public sealed class TrainedWeights(IArtifactStore store)
{
    private readonly RunStore _runs = new(store);

    /// <summary>Products that a run may start from, the first that there is.</summary>
    public static IReadOnlyList<StageKind> StartsOf(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Stages.Contains(StageKind.FineTuning) ? [StageKind.Pretraining, StageKind.FineTuning]
            : request.Recipe.EmaTeacher.Method.StartsFromAnything() ? [StageKind.FineTuning, StageKind.Pretraining]
            : [StageKind.FineTuning];
    }

    /// <summary>Path in the store of what a run's last finished stage made, of the first of <paramref name="kinds"/> that it has.</summary>
    /// <exception cref="PlanningException">There is no such run, or none of its stages of these kinds is finished.</exception>
    public async Task<string> OfRunAsync(string run, IReadOnlyList<StageKind> kinds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var status = await _runs.TryLoadAsync(run, cancellationToken)
            ?? throw new PlanningException($"there is no run '{run}' to start from: ssfer runs list, or GET /api/runs, shows the runs");
        return kinds.Select(kind => PathOf(status, kind)).FirstOrDefault(path => path is not null)
            ?? throw new PlanningException(
                $"run {run} has no finished stage to start from: ssfer runs show {run}, or GET /api/runs/{run}, says how far it is"
            );
    }

    /// <summary>What model weights are of; null where nothing says it: of weights that another program wrote, or an erased run.</summary>
    /// <param name="weights">Path in the store.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CorruptArtifactException">The metadata of imported weights cannot be read.</exception>
    public async Task<ModelDescription?> DescribeAsync(string weights, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (await ImportedWeights.FindMetadataAsync(store, weights, cancellationToken) is { } metadata)
        {
            return ModelDescription.TryFind(metadata, weights);
        }

        if (
            Lineage.RunOf(weights) is not { } run
            || await _runs.TryLoadSoundAsync(run, cancellationToken) is not { } status
            || TryRead(status.Spec) is not { } recipe
        )
        {
            return null;
        }

        var isEncoder = status.Plan.Stages.Any(stage =>
            stage.Kind == StageKind.Pretraining
            && status.Stages[stage.Name].Artifact is { } made
            && weights.StartsWith($"{made.Path}/", StringComparison.Ordinal)
        );
        var classes =
            isEncoder ? []
            : status.Spec.Labelled is not { } learned ? null
            : (await Lineage.TryReadAsync(new DatasetCatalog(store), learned, cancellationToken))?.Classes;
        // Of a classifier whose dataset is gone nobody knows the classes: the stage sees them in the weights.
        return classes is null
            ? null
            : new ModelDescription
            {
                Model = recipe.Model,
                Normalisation = recipe.Normalisation,
                Classes = classes,
            };
    }

    /// <summary>
    /// The encoder that was finished last among those of equal architecture, patch, size and normalisation that have not seen the
    /// held-out faces (<see cref="Lineage"/>), for certain; null where there is none.
    /// </summary>
    /// <param name="recipe">Of the run that is to start from it.</param>
    /// <param name="heldOut">What that run is evaluated on.</param>
    /// <param name="cancellationToken">Stops the search, which reads every run.</param>
    public async Task<string?> NewestEncoderAsync(Recipe recipe, DatasetReference heldOut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(heldOut);
        var encoders = new List<(DateTimeOffset Finished, string Path)>();
        await foreach (var run in _runs.ListAsync(cancellationToken))
        {
            if (
                await _runs.TryLoadSoundAsync(run, cancellationToken) is { } status
                && PathOf(status, StageKind.Pretraining) is { } path
                && Fits(status.Spec, recipe)
            )
            {
                var stage = status.Plan.Stages.Last(stage => stage.Kind == StageKind.Pretraining);
                encoders.Add((status.Stages[stage.Name].Heartbeat?.At ?? status.Spec.Created, path));
            }
        }

        var lineage = new Lineage(store);
        foreach (var (_, path) in encoders.OrderByDescending(encoder => encoder.Finished))
        {
            var learned = await lineage.OfAsync(path, cancellationToken);
            if (await lineage.SeenAsync(learned, heldOut, cancellationToken) is { How: null, Untold: null })
            {
                return path;
            }
        }

        return null;
    }

    private static string? PathOf(RunStatus run, StageKind kind) =>
        run.Plan.Stages.LastOrDefault(stage => stage.Kind == kind && run.Stages[stage.Name].State == StageState.Completed) is { } stage
            ? $"{run.Stages[stage.Name].Artifact!.Path}/{StageFiles.Weights}"
            : null;

    private static bool Fits(RunSpec spec, Recipe recipe) =>
        TryRead(spec) is { } other
        && other.Model == recipe.Model
        && other.Normalisation.Mean.SequenceEqual(recipe.Normalisation.Mean)
        && other.Normalisation.Std.SequenceEqual(recipe.Normalisation.Std);

    private static Recipe? TryRead(RunSpec spec)
    {
        try
        {
            return Recipe.FromJson(spec.Recipe.GetRawText());
        }
        catch (RecipeException)
        {
            return null; // of a version of SsFer with other settings
        }
    }
}
