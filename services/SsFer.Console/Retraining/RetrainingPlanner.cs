using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Console.Runs;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Retraining;

/// <summary>Turns labels that are enough into a <see cref="RetrainingDecision"/>: fixes every version that the run is to read.</summary>
internal sealed class RetrainingPlanner(DatasetCatalog catalog, FaceVersions faces, TrainedWeights weights, TimeProvider time)
{
    private readonly HeldOutFaces _heldOut = new(catalog);

    /// <returns>Null where another version was published meanwhile: the next look begins with that.</returns>
    /// <exception cref="PlanningException">No run can come of the labels; the message says why, and the cure.</exception>
    public async Task<RetrainingDecision?> DecideAsync(
        string dataset,
        DatasetPointers pointers,
        RetrainingSettings current,
        Recipe recipe,
        WaitingLabels waiting,
        CancellationToken cancellationToken
    )
    {
        var size = recipe.Model.ImageSize;
        var labelled = await faces.FindAsync(new DatasetSelection(dataset, DatasetSplit.Train), size, cancellationToken);
        var basis = RetrainingDecision.BasisOf(pointers, size);
        if (basis is null || RetrainingDecision.BasisOf(await catalog.GetAsync(dataset, cancellationToken), size) != basis)
        {
            return null;
        }

        var unlabelled = new List<FaceVersion>();
        foreach (var name in current.Asked.Unlabelled)
        {
            unlabelled.Add(await faces.FindAsync(DatasetSelection.Parse(name, DatasetSplit.Train), size, cancellationToken));
        }

        if (current.Asked.Teacher)
        {
            TeacherFaces.Require(dataset, labelled.WithoutLabel, current.Asked.Labels, unlabelled.Count > 0);
        }

        foreach (var version in unlabelled.Prepend(labelled))
        {
            if (await _heldOut.AreOfAnotherImportAsync(current.HeldOut, version, cancellationToken))
            {
                throw new PlanningException(
                    $"the pictures of {current.HeldOut.Name} were imported anew since the validation faces were set, which may "
                        + $"now be among those of train; "
                        + "prepare them or start a run on them, then PUT the retraining settings again"
                );
            }
        }

        var decision = new RetrainingDecision
        {
            Dataset = dataset,
            Basis = basis,
            Raw = pointers.Raw,
            Prepared = labelled.IsPrepared ? labelled.Reference.Version : null,
            Batches = waiting.All,
            Decided = time.GetUtcNow(),
            Recipe = JsonSerializer.Deserialize<JsonElement>(recipe.ToJson()),
            Labels = current.Asked.Labels,
            Unlabelled = [.. unlabelled.Select(version => version.Reference)],
            Preparations = FaceVersions.Preparations(unlabelled, size),
            Validation = current.HeldOut,
            Encoder = await weights.NewestEncoderAsync(recipe, current.HeldOut, cancellationToken),
            Teacher = current.Asked.Teacher,
            Evaluation = current.Asked.Promotion.ToParameters(),
        };
        decision.ToRequest(recipe, labelled.Reference).ToSpec("undecided", decision.Decided); // what no run can come of is never decided
        return decision;
    }
}
