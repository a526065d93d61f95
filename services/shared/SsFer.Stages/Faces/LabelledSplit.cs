using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Sampling;
using SsFer.Recipes;

namespace SsFer.Stages.Faces;

/// <summary>
/// Which faces of the labelled dataset keep their labels in a run. Drawn once, stored with the run (<c>runs/{run}/split.json</c>), and read
/// from then on, so that every stage and every restart sees the same labels.
/// </summary>
public sealed record LabelledSplit
{
    /// <summary>Dataset version and budget the split was drawn from; for people.</summary>
    public required string DrawnFrom { get; init; }

    /// <summary>Keys of the faces whose labels may be used.</summary>
    public required IReadOnlyList<string> Labelled { get; init; }

    /// <summary>Classes, by key, of faces that are learned with a wrong one (<see cref="Recipe.LabelNoise"/>); null for none.</summary>
    public IReadOnlyDictionary<string, string>? WrongLabels { get; init; }

    /// <summary>The split of a run, drawn now if it never was.</summary>
    /// <exception cref="PermanentStageException">The budget asks for what the dataset does not have.</exception>
    public static async Task<LabelledSplit> ForAsync(
        IArtifactStore store,
        RunSpec spec,
        PreparedFaces faces,
        CancellationToken cancellationToken
    )
    {
        var path = $"{RunPaths.Folder(spec.Id)}/split.json";
        if (await store.TryReadJsonAsync<LabelledSplit>(path, cancellationToken) is { } stored)
        {
            return stored.Value;
        }

        await store.TryPutJsonIfAbsentAsync(path, Draw(spec, faces), cancellationToken);
        return (await store.TryReadJsonAsync<LabelledSplit>(path, cancellationToken) ?? throw new ArtifactNotFoundException(path)).Value;
    }

    private static LabelledSplit Draw(RunSpec spec, PreparedFaces faces)
    {
        try
        {
            var candidates = faces.Labelled();
            var split = StratifiedSplit.Draw(
                [.. candidates.Select(faces.LabelOf)],
                faces.Manifest.Classes,
                LabelBudget.Parse(spec.Labels ?? "100%"),
                spec.Seed
            );
            int[] chosen = [.. split.Labelled.Select(place => candidates[place])];
            return new LabelledSplit
            {
                DrawnFrom = $"{spec.Labelled}, {spec.Labels ?? "all labels"}, seed {spec.Seed}",
                Labelled = [.. chosen.Select(faces.KeyOf)],
                WrongLabels = WrongLabelsOf(spec, faces, chosen),
            };
        }
        catch (LabelBudgetException fault)
        {
            throw new PermanentStageException(fault.Message, fault);
        }
    }

    private static Dictionary<string, string>? WrongLabelsOf(RunSpec spec, PreparedFaces faces, int[] chosen)
    {
        var (share, classes) = (StageEnvironment.RecipeOf(spec).LabelNoise, faces.Manifest.Classes);
        return share == 0
            ? null
            : LabelNoise
                .Draw([.. chosen.Select(faces.LabelOf)], classes.Count, share, spec.Seed)
                .ToDictionary(wrong => faces.KeyOf(chosen[wrong.Key]), wrong => classes[wrong.Value], StringComparer.Ordinal);
    }
}
