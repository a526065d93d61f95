using System.Runtime.CompilerServices;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>
/// What weights have learned from, over any number of runs: a run that starts from another's product knows the faces of both. Of
/// weights that were imported from a file nothing is known.
/// </summary>
public sealed class Lineage(IArtifactStore store)
{
    private readonly RunStore _runs = new(store);
    private readonly DatasetCatalog _catalog = new(store);
    private HeldOutPictures? _held;

    /// <summary>Which run behind the weights has learned from faces that are held out; null where none has.</summary>
    /// <param name="weights">Path in the store of the weights.</param>
    /// <param name="heldOut">What a run is evaluated on.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<string?> SeenAsync(string weights, DatasetReference heldOut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        var held = _held is { } known && known.Reference == heldOut ? known : _held = new HeldOutPictures(_catalog, heldOut);
        await foreach (var spec in AncestorsAsync(weights, cancellationToken))
        {
            foreach (var faces in spec.Unlabelled.Append(spec.Labelled).OfType<DatasetReference>().Distinct())
            {
                if (await held.SharedWithAsync(faces, spec.Validation, cancellationToken) is { } shared)
                {
                    return $"run {spec.Id} learned from {faces.Name}:{faces.Split ?? "all splits"}, {shared}";
                }
            }
        }

        return null;
    }

    /// <exception cref="PlanningException">The run that the weights are of learned other classes.</exception>
    public async Task RequireClassesAsync(string weights, FaceVersion labelled, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(labelled);
        if (
            RunOf(weights) is { } run
            && await _runs.TryLoadSoundAsync(run, cancellationToken) is { Spec.Labelled: { } learned }
            && await TryReadAsync(_catalog, learned, cancellationToken) is { } manifest
            && ClassList.Difference(labelled.Classes, manifest.Classes) is { } difference
        )
        {
            throw new PlanningException(
                $"the classifier of run {run} does not know the classes of '{labelled.Reference.Name}': '{learned.Name}', which it "
                    + $"learned from, {difference}; start from a classifier of the same classes"
            );
        }
    }

    internal static async Task<DatasetManifest?> TryReadAsync(
        DatasetCatalog catalog,
        DatasetReference faces,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await catalog.ReadManifestAsync(faces.Name, faces.Version, cancellationToken);
        }
        catch (ArtifactException fault) when (fault is ArtifactNotFoundException or CorruptArtifactException)
        {
            return null; // erased since: nothing more can be told of it
        }
    }

    /// <summary>The run whose product the weights are, then those whose products it started from, and so on.</summary>
    private async IAsyncEnumerable<RunSpec> AncestorsAsync(string weights, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (waiting, known) = (new Queue<string>([weights]), new HashSet<string>(StringComparer.Ordinal));
        while (waiting.TryDequeue(out var path))
        {
            if (RunOf(path) is not { } run || !known.Add(run) || await _runs.TryLoadSoundAsync(run, cancellationToken) is not { } status)
            {
                continue;
            }

            yield return status.Spec;
            foreach (var start in status.Plan.Stages.Select(TrainingPlan.StartOf).OfType<string>())
            {
                waiting.Enqueue(start);
            }
        }
    }

    private static string? RunOf(string path) => path.Split('/') is [Containers.Checkpoints, var run, _, ..] ? run : null;
}
