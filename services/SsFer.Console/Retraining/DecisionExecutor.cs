using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Labels;
using SsFer.Console.Runs;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Retraining;

/// <summary>Does what a <see cref="RetrainingDecision"/> says, as often as it is asked to, with one result.</summary>
internal sealed partial class DecisionExecutor(
    IArtifactStore store,
    CacheSpace cache,
    DatasetCatalog catalog,
    LabelMerge labels,
    RunLauncher launcher,
    ILogger<DecisionExecutor> logger
)
{
    private readonly FaceVersions _faces = new(catalog);

    /// <summary>Versions, then the run, then the pointers: until the last, whoever looks finds the decision again and goes on.</summary>
    /// <returns>The run that was started or found.</returns>
    public async Task<string> CarryOutAsync(RetrainingDecision decision, CancellationToken cancellationToken)
    {
        var (raw, prepared) = await WriteVersionsAsync(decision, cancellationToken);
        var recipe = Recipe.FromJson(decision.Recipe.GetRawText());
        var labelled = (prepared ?? raw)!;
        var pending = prepared is null ? decision.Pending ?? new FacePreparation { Size = recipe.Model.ImageSize } : null;
        var draft = new RunDraft
        {
            Recipe = recipe,
            Stages = RunRequest.StagesOf(pretrain: decision.Encoder is null, decision.Teacher),
            Labelled = new FaceVersion(new DatasetReference(labelled.Name, labelled.Version, DatasetSplit.Train), labelled, pending),
            Labels = decision.Labels,
            Unlabelled = await UnlabelledAsync(decision, cancellationToken),
            Validation = await _faces.ReadAsync(decision.Validation, pending: null, cancellationToken),
            Start = decision.Encoder,
            Evaluation = decision.Evaluation,
        };
        var (status, _) = await launcher.StartAsync(draft, id: null, decision.Decided, cancellationToken);
        var run = status.Spec.Id;
        var isFirst = await catalog.TryPublishAsync(
            [.. new[] { raw, prepared }.OfType<DatasetManifest>()],
            pointers => RetrainingDecision.BasisOf(pointers, recipe.Model.ImageSize) == decision.Basis,
            cancellationToken
        );
        if (isFirst)
        {
            LogStarted(decision.Dataset, decision.Batches.Count, labelled.Version, run);
        }

        return run;
    }

    private async Task<IReadOnlyList<FaceVersion>> UnlabelledAsync(RetrainingDecision decision, CancellationToken cancellationToken)
    {
        var pending = decision.Preparations.Select(FaceDetectionParameters.Of).ToDictionary(preparation => preparation.Dataset);
        var unlabelled = new List<FaceVersion>();
        foreach (var reference in decision.Unlabelled)
        {
            unlabelled.Add(await _faces.ReadAsync(reference, pending.GetValueOrDefault(reference.Name)?.Preparation, cancellationToken));
        }

        return unlabelled;
    }

    private async Task<(DatasetManifest? Raw, DatasetManifest? Prepared)> WriteVersionsAsync(
        RetrainingDecision decision,
        CancellationToken cancellationToken
    )
    {
        var basis = await catalog.ReadManifestAsync(decision.Dataset, decision.Basis, cancellationToken);
        var merged = (await labels.MergeAsync(basis, decision.Batches, cancellationToken)).ToDictionary(
            label => label.Key,
            label => label.Expression,
            StringComparer.Ordinal
        );
        var provenance = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [RetrainingDecision.ProvenanceKey] = decision.Basis,
            ["labelsApplied"] = merged.Count.ToString(CultureInfo.InvariantCulture),
        };
        var writer = new RelabelledVersion(store, cache);
        var raw = decision.Raw is null
            ? null
            : await writer.WriteAsync(new DatasetReference(decision.Dataset, decision.Raw), merged, provenance, cancellationToken);
        if (raw is not null)
        {
            provenance[PreparationProvenance.RawVersion] = raw.Version;
        }

        var prepared = decision.Prepared is null
            ? null
            : await writer.WriteAsync(new DatasetReference(decision.Dataset, decision.Prepared), merged, provenance, cancellationToken);
        return (raw, prepared);
    }

    [LoggerMessage(LogLevel.Information, "{Dataset}: labels of {Batches} batches make version {Version}, trained on by run {Run}")]
    private partial void LogStarted(string dataset, int batches, string version, string run);
}
