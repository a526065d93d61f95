using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Planning;

/// <summary>
/// What weights have learned from, over any number of runs: a run that starts from another's product knows the faces of both. Files of
/// weights tell it themselves (<see cref="WeightsLineage"/>).
/// </summary>
public sealed class Lineage(IArtifactStore store)
{
    private readonly RunStore _runs = new(store);
    private readonly DatasetCatalog _catalog = new(store);
    private HeldOutPictures? _held;

    /// <summary>
    /// The run whose product the weights are, those whose products it started from, and so on; weights that were imported from a file
    /// as their metadata tell.
    /// </summary>
    /// <param name="weights">Path in the store of a run's, a model's or imported weights.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CorruptArtifactException">The metadata of imported weights cannot be read.</exception>
    public async Task<WeightsLineage> OfAsync(string weights, CancellationToken cancellationToken)
    {
        var lineage = WeightsLineage.Nothing;
        var waiting = new Queue<string>([weights]);
        while (waiting.TryDequeue(out var path))
        {
            if (await ImportedWeights.FindMetadataAsync(store, path, cancellationToken) is { } metadata)
            {
                var told = WeightsLineage.Of(metadata, path);
                lineage = new WeightsLineage
                {
                    Runs = [.. lineage.Runs.Concat(told.Runs).DistinctBy(learned => learned.Run)],
                    IsComplete = lineage.IsComplete && told.IsComplete,
                };
            }
            else if (RunOf(path) is not { } run || await _runs.TryLoadSoundAsync(run, cancellationToken) is not { } status)
            {
                lineage = lineage with { IsComplete = false };
            }
            else if (lineage.After(status.Spec) is var after && after != lineage)
            {
                lineage = after;
                foreach (var start in status.Plan.Stages.Select(TrainingPlan.StartOf).OfType<string>())
                {
                    waiting.Enqueue(start);
                }
            }
        }

        return lineage;
    }

    /// <summary>Which of the runs behind the weights has learned from faces that are held out.</summary>
    /// <param name="lineage">Of the weights.</param>
    /// <param name="heldOut">What is evaluated on.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<SeenFaces> SeenAsync(WeightsLineage lineage, DatasetReference heldOut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lineage);
        var held = HeldBy(heldOut);
        var untold = lineage.IsComplete ? null : "what the weights learned from in the beginning is not known";
        foreach (var (run, faces) in lineage.Runs.SelectMany(run => run.Faces.Select(faces => (run, faces))))
        {
            if (held.IsPartOf(faces))
            {
                return new SeenFaces($"run {run.Run} learned from {NameOf(faces)}, which holds {NameOf(heldOut)}", null);
            }

            var count = await held.CountAsync(faces, run.HeldOut, cancellationToken);
            if (count > 0)
            {
                return new SeenFaces(
                    $"run {run.Run} learned from {NameOf(faces)}, which has {count} of the pictures of {NameOf(heldOut)}",
                    null
                );
            }

            untold ??= count is null ? $"run {run.Run} learned from {faces}, which is no longer in the store" : null;
        }

        return new SeenFaces(null, untold);
    }

    /// <summary>How many of some faces each of the runs behind the weights has learned from; runs of which none are left out.</summary>
    public async Task<IReadOnlyList<LearnedCount>> CountAsync(
        WeightsLineage lineage,
        DatasetReference measured,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(lineage);
        var counts = new List<LearnedCount>();
        foreach (var (run, faces) in lineage.Runs.SelectMany(run => run.Faces.Select(faces => (run, faces))))
        {
            if (await HeldBy(measured).CountAsync(faces, run.HeldOut, cancellationToken) is not 0 and var count)
            {
                counts.Add(new LearnedCount(run.Run, NameOf(faces), count));
            }
        }

        return counts;
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

    internal static string? RunOf(string path) =>
        path.Split('/') is [Containers.Checkpoints or Containers.Models, var run, _, ..] ? run : null;

    private HeldOutPictures HeldBy(DatasetReference heldOut) =>
        _held is { } known && known.Reference == heldOut ? known : _held = new HeldOutPictures(_catalog, heldOut);

    private static string NameOf(DatasetReference faces) => $"{faces.Name}:{faces.Split ?? "all splits"}";
}

/// <summary>What is known of weights and held-out faces.</summary>
/// <param name="How">Which run has learned from them, and how they were known again; null where none has.</param>
/// <param name="Untold">What cannot be told; null where all is known.</param>
public sealed record SeenFaces(string? How, string? Untold);

/// <summary>How many of the faces that a model is measured on it has learned from.</summary>
/// <param name="Run">The run that did.</param>
/// <param name="Faces">What it learned from, NAME:split.</param>
/// <param name="Count">How many; null where its dataset is not in the store any more, so that nobody can tell.</param>
public sealed record LearnedCount(string Run, string Faces, int? Count)
{
    public override string ToString() =>
        $"run {Run} learned from {Faces}, "
        + (Count is { } count ? $"which has {count} of these faces" : "which is no longer in the store: it may have seen these faces");
}
