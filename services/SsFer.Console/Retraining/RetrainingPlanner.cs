using System.Collections.Concurrent;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Console.Labels;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Retraining;

/// <summary>Turns labels that are enough into a <see cref="RetrainingDecision"/>: fixes every version that the run is to read.</summary>
internal sealed class RetrainingPlanner(
    DatasetCatalog catalog,
    LabelMerge labels,
    RunPlanner planner,
    TrainedWeights weights,
    TimeProvider time
)
{
    /// <summary>Encoders of other runs, which no version tells, are looked for this often at least.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly HeldOutFaces _heldOut = new(catalog);

    /// <summary>Why no run came of the last look at a dataset: the same versions, labels and settings are not read every minute.</summary>
    private readonly ConcurrentDictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);

    /// <returns>Null where another version was published meanwhile: the next look begins with that.</returns>
    /// <exception cref="InvalidRequestException">No run can come of the labels; the message says why, and the cure.</exception>
    public async Task<RetrainingDecision?> DecideAsync(
        DatasetManifest basis,
        RetrainingSettings current,
        WaitingLabels waiting,
        CancellationToken cancellationToken
    )
    {
        var pointers = new List<DatasetPointers?>();
        foreach (var name in current.Asked.Unlabelled.Select(text => DatasetSelection.Parse(text, null).Name).Prepend(basis.Name))
        {
            pointers.Add(await catalog.FindAsync(name, cancellationToken));
        }

        var seen = RunDraft.HashOf(
            new
            {
                current,
                waiting.All,
                pointers,
            }
        );
        if (_refusals.TryGetValue(basis.Name, out var refusal) && refusal.Seen == seen && time.GetUtcNow() - refusal.At < Remembered)
        {
            throw new PlanningException(refusal.Why);
        }

        try
        {
            return await MakeAsync(basis, current, waiting, cancellationToken);
        }
        catch (PlanningException fault)
        {
            _refusals[basis.Name] = new Refusal(seen, fault.Message, time.GetUtcNow());
            throw;
        }
    }

    private async Task<RetrainingDecision?> MakeAsync(
        DatasetManifest basis,
        RetrainingSettings current,
        WaitingLabels waiting,
        CancellationToken cancellationToken
    )
    {
        var request = current.Asked.ToRequest(basis.Name);
        var size = request.Recipe.Model.ImageSize;
        var faces = new FaceVersions(catalog);
        var pointers = await faces.PointersAsync(basis.Name, cancellationToken);
        if (RetrainingDecision.BasisOf(pointers, size) != basis.Version)
        {
            return null;
        }

        var labelled = await faces.FindAsync(new DatasetSelection(basis.Name, DatasetSplit.Train), size, cancellationToken);
        var unlabelled = new List<FaceVersion>();
        foreach (var name in request.Unlabelled)
        {
            unlabelled.Add(await faces.FindAsync(DatasetSelection.Parse(name, DatasetSplit.Train), size, cancellationToken));
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

        var (withLabels, withoutFace) = await WithLabelsAsync(labelled, basis, waiting.All, cancellationToken);
        var encoder = await weights.NewestEncoderAsync(request.Recipe, current.HeldOut, cancellationToken);
        var draft = new RunDraft
        {
            Recipe = request.Recipe,
            Stages = RunPlanner.StagesFor(request.Recipe, RunRequest.StagesOf(pretrain: encoder is null, current.Asked.Teacher)),
            Labelled = withLabels,
            Labels = request.Labels,
            Unlabelled = unlabelled,
            Validation = await faces.ReadAsync(current.HeldOut, pending: null, cancellationToken),
            Start = encoder,
            Evaluation = request.Evaluation,
        };
        await planner.CheckAsync(draft, cancellationToken); // what no run can come of is never decided
        return new RetrainingDecision
        {
            Dataset = basis.Name,
            Basis = basis.Version,
            Raw = pointers.Raw,
            Prepared = labelled.Pending is null ? labelled.Reference.Version : null,
            Pending = labelled.Pending,
            Batches = waiting.All,
            LabelsWithoutFace = withoutFace,
            Decided = time.GetUtcNow(),
            Recipe = JsonSerializer.Deserialize<JsonElement>(request.Recipe.ToJson()),
            Labels = current.Asked.Labels,
            Unlabelled = [.. unlabelled.Select(version => version.Reference)],
            Preparations = FaceVersion.Preparations(unlabelled),
            Validation = current.HeldOut,
            Encoder = draft.Start,
            Teacher = current.Asked.Teacher,
            Evaluation = request.Evaluation!.Value,
        };
    }

    /// <summary>
    /// The version with the counts that it will have with the labels of all batches, and how many new labels are of pictures without a
    /// face.
    /// </summary>
    /// <exception cref="PlanningException">All new labels are: a run would learn what the one before has learned.</exception>
    private async Task<(FaceVersion Version, int LabelsWithoutFace)> WithLabelsAsync(
        FaceVersion version,
        DatasetManifest basis,
        IReadOnlyList<string> batches,
        CancellationToken cancellationToken
    )
    {
        var all = await labels.MergeAsync(basis, batches, cancellationToken);
        var merged = all.ToDictionary(label => label.Key, label => label.Expression, StringComparer.Ordinal);
        var withoutFace = all.Where(label => label.IsNew).Select(label => label.Key).ToHashSet(StringComparer.Ordinal);
        var asked = withoutFace.Count;
        var counts = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        await foreach (var item in catalog.ItemsAsync(version.Manifest, cancellationToken))
        {
            if (!counts.TryGetValue(item.Split, out var ofSplit))
            {
                counts[item.Split] = ofSplit = new Dictionary<string, int>(StringComparer.Ordinal);
            }

            withoutFace.Remove(item.Key);
            var label = merged.GetValueOrDefault(item.Key, item.Label ?? "");
            ofSplit[label] = ofSplit.GetValueOrDefault(label) + 1;
        }

        if (asked > 0 && withoutFace.Count == asked)
        {
            throw new PlanningException(
                $"in none of the {asked} newly labelled pictures of '{basis.Name}' was a face found "
                    + $"({withoutFace.Min(StringComparer.Ordinal)}), so a run would learn nothing new: label others, or prepare "
                    + "the dataset with another detector"
            );
        }

        var after = counts.ToDictionary(split => split.Key, split => (IReadOnlyDictionary<string, int>)split.Value);
        return (version with { Manifest = version.Manifest with { Counts = after } }, withoutFace.Count);
    }

    /// <param name="Seen">Hash of the versions, labels and settings that were looked at.</param>
    /// <param name="Why">In one line, with the cure.</param>
    /// <param name="At">When they were.</param>
    private sealed record Refusal(string Seen, string Why, DateTimeOffset At);
}
