using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Recipes;
using SsFer.Stages;

namespace SsFer.Planning;

/// <summary>Weights that earlier runs left behind, for another run to start from.</summary>
public sealed class TrainedWeights(IArtifactStore store)
{
    private readonly RunStore _runs = new(store);

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

    /// <summary>
    /// The encoder that was finished last among those of equal architecture, patch, size and normalisation that were not
    /// pre-trained on the held-out faces; null where there is none.
    /// </summary>
    /// <param name="recipe">Of the run that is to start from it.</param>
    /// <param name="heldOut">What that run is evaluated on.</param>
    /// <param name="cancellationToken">Stops the search, which reads every run.</param>
    public async Task<string?> NewestEncoderAsync(Recipe recipe, DatasetReference heldOut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(heldOut);
        (DateTimeOffset Finished, string Path)? newest = null;
        await foreach (var run in _runs.ListAsync(cancellationToken))
        {
            if (
                await _runs.TryLoadSoundAsync(run, cancellationToken) is not { } status
                || PathOf(status, StageKind.Pretraining) is not { } path
                || HasSeen(status.Spec, heldOut)
                || !Fits(status.Spec, recipe)
            )
            {
                continue;
            }

            var stage = status.Plan.Stages.Last(stage => stage.Kind == StageKind.Pretraining);
            var finished = status.Stages[stage.Name].Heartbeat?.At ?? status.Spec.Created;
            if (newest is null || finished > newest.Value.Finished)
            {
                newest = (finished, path);
            }
        }

        return newest?.Path;
    }

    private static string? PathOf(RunStatus run, StageKind kind) =>
        run.Plan.Stages.LastOrDefault(stage => stage.Kind == kind && run.Stages[stage.Name].State == StageState.Completed) is { } stage
            ? $"{run.Stages[stage.Name].Artifact!.Path}/{TrainingState.WeightsFile}"
            : null;

    /// <summary>Whatever the version: a split of another version of the dataset may hold the same pictures.</summary>
    private static bool HasSeen(RunSpec spec, DatasetReference heldOut) =>
        spec
            .Unlabelled.Append(spec.Labelled)
            .Any(faces => faces?.Name == heldOut.Name && (faces.Split is null || heldOut.Split is null || faces.Split == heldOut.Split));

    private static bool Fits(RunSpec spec, Recipe recipe)
    {
        try
        {
            var other = StageEnvironment.RecipeOf(spec);
            return other.Model == recipe.Model
                && other.Normalisation.Mean.SequenceEqual(recipe.Normalisation.Mean)
                && other.Normalisation.Std.SequenceEqual(recipe.Normalisation.Std);
        }
        catch (RecipeException)
        {
            return false; // of a version of SsFer with other settings
        }
    }
}
