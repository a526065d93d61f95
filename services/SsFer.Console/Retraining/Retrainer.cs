using System.Globalization;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Control.Labels;
using SsFer.Control.Runs;
using SsFer.Learning.Recipes;
using SsFer.Planning;

namespace SsFer.Control.Retraining;

/// <summary>Turns waiting labels into a dataset version and a run when the policy is met. Safe to call from anywhere, any number of times: see <see cref="RetrainingDecision"/>.</summary>
internal sealed partial class Retrainer(
    IArtifactStore store, CacheSpace cache, DatasetCatalog catalog, LabelMerge labels, RetrainingSettingsStore settings, RetrainingPolicy policy, FaceVersions faces,
    TrainedWeights weights, RunLauncher launcher, TimeProvider time, ILogger<Retrainer> logger)
{
    private readonly HeldOutFaces _heldOut = new(catalog);

    /// <summary>Looks at one dataset and does what is due.</summary>
    /// <returns>The run that was started or found; null where nothing is due.</returns>
    /// <exception cref="PlanningException">Labels are enough, and no run can come of them; the message says why, and the cure.</exception>
    public async Task<string?> ConsiderAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await settings.FindAsync(dataset, cancellationToken) is not { } current || await catalog.FindAsync(dataset, cancellationToken) is not { } pointers)
            return null;
        var recipe = current.Asked.ToRecipe();
        var basis = RetrainingDecision.BasisOf(pointers, recipe.Model.ImageSize);
        if (basis is null)
            return null;
        var path = RetrainingDecision.PathOf(dataset, basis);
        if (await store.TryReadJsonAsync<RetrainingDecision>(path, cancellationToken) is not { } stored)
        {
            var waiting = await policy.LookAsync(await catalog.ReadManifestAsync(dataset, basis, cancellationToken), cancellationToken);
            if (!policy.IsMet(waiting) || await DecideAsync(dataset, pointers, current, recipe, waiting, cancellationToken) is not { } decision)
                return null;
            await store.TryPutJsonIfAbsentAsync(path, decision, cancellationToken);
            stored = (await store.TryReadJsonAsync<RetrainingDecision>(path, cancellationToken))!;
        }

        return await CarryOutAsync(stored.Value, cancellationToken);
    }

    private async Task<RetrainingDecision?> DecideAsync(
        string dataset, DatasetPointers pointers, RetrainingSettings current, Recipe recipe, WaitingLabels waiting, CancellationToken cancellationToken)
    {
        var size = recipe.Model.ImageSize;
        var labelled = await faces.FindAsync(new DatasetSelection(dataset, DatasetSplit.Train), size, cancellationToken);
        var basis = RetrainingDecision.BasisOf(pointers, size);
        if (basis is null || RetrainingDecision.BasisOf(await catalog.GetAsync(dataset, cancellationToken), size) != basis)
            return null; // another version was published meanwhile: the next look begins with that
        var unlabelled = new List<FaceVersion>();
        foreach (var name in current.Asked.Unlabelled)
            unlabelled.Add(await faces.FindAsync(DatasetSelection.Parse(name, DatasetSplit.Train), size, cancellationToken));
        foreach (var version in unlabelled.Prepend(labelled))
        {
            if (await _heldOut.AreOfAnotherImportAsync(current.HeldOut, version, cancellationToken))
            {
                throw new PlanningException(
                    $"the pictures of {current.HeldOut.Name} were imported anew since the validation faces were set, which may now be among those of train; "
                    + "prepare them or start a run on them, then PUT the retraining settings again");
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
            Evaluation = current.Asked.Promotion.ToParameters(),
        };
        RequestOf(decision, recipe, labelled.Reference).ToSpec("undecided", decision.Decided); // what no run can come of is never decided
        return decision;
    }

    /// <summary>Versions, then the run, then the pointers: until the last, whoever looks finds the decision again and goes on.</summary>
    private async Task<string> CarryOutAsync(RetrainingDecision decision, CancellationToken cancellationToken)
    {
        var (raw, prepared) = await WriteVersionsAsync(decision, cancellationToken);
        var recipe = Recipe.FromJson(decision.Recipe.GetRawText());
        var labelled = (prepared ?? raw)!;
        IReadOnlyList<FaceVersion> unprepared = prepared is null ? [new FaceVersion(new DatasetReference(labelled.Name, labelled.Version), IsPrepared: false, labelled.Version, labelled.Classes)] : [];
        var plan = TrainingPlan.Full([.. FaceVersions.Preparations(unprepared, recipe.Model.ImageSize), .. decision.Preparations], decision.Encoder, decision.Evaluation);
        var request = RequestOf(decision, recipe, new DatasetReference(labelled.Name, labelled.Version, DatasetSplit.Train));
        var run = request.HashWith(plan);
        await launcher.StartAsync(request.ToSpec(run, decision.Decided), plan, cancellationToken);
        var isFirst = await catalog.TryPublishAsync(
            [.. new[] { raw, prepared }.OfType<DatasetManifest>()],
            pointers => RetrainingDecision.BasisOf(pointers, recipe.Model.ImageSize) == decision.Basis,
            cancellationToken);
        if (isFirst)
            LogStarted(decision.Dataset, decision.Batches.Count, labelled.Version, run);
        return run;
    }

    private static RunRequest RequestOf(RetrainingDecision decision, Recipe recipe, DatasetReference labelled) => new()
    {
        Recipe = recipe,
        Labelled = labelled,
        Labels = decision.Labels,
        Unlabelled = decision.Unlabelled,
        Validation = decision.Validation,
    };

    private async Task<(DatasetManifest? Raw, DatasetManifest? Prepared)> WriteVersionsAsync(RetrainingDecision decision, CancellationToken cancellationToken)
    {
        var basis = await catalog.ReadManifestAsync(decision.Dataset, decision.Basis, cancellationToken);
        var merged = (await labels.MergeAsync(basis, decision.Batches, cancellationToken)).ToDictionary(label => label.Key, label => label.Expression, StringComparer.Ordinal);
        var provenance = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [RetrainingDecision.ProvenanceKey] = decision.Basis,
            ["labelsApplied"] = merged.Count.ToString(CultureInfo.InvariantCulture),
        };
        var writer = new RelabelledVersion(store, cache);
        var raw = decision.Raw is null ? null : await writer.WriteAsync(new DatasetReference(decision.Dataset, decision.Raw), merged, provenance, cancellationToken);
        if (raw is not null)
            provenance[FaceVersions.RawVersionKey] = raw.Version;
        var prepared = decision.Prepared is null ? null : await writer.WriteAsync(new DatasetReference(decision.Dataset, decision.Prepared), merged, provenance, cancellationToken);
        return (raw, prepared);
    }

    [LoggerMessage(LogLevel.Information, "{Dataset}: labels of {Batches} batches make version {Version}, trained on by run {Run}")]
    private partial void LogStarted(string dataset, int batches, string version, string run);
}
