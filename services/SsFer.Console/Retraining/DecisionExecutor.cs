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
    DatasetCatalog catalog,
    LabelMerge labels,
    RunLauncher launcher,
    ILogger<DecisionExecutor> logger
)
{
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
            Stages = RunPlanner.StagesFor(recipe, RunRequest.StagesOf(pretrain: decision.Encoder is null, decision.Teacher)),
            Labelled = new FaceVersion(new DatasetReference(labelled.Name, labelled.Version, DatasetSplit.Train), labelled, pending),
            Labels = decision.Labels,
            Unlabelled = await UnlabelledAsync(decision, cancellationToken),
            Validation = await new FaceVersions(catalog).ReadAsync(decision.Validation, pending: null, cancellationToken),
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
            unlabelled.Add(
                await new FaceVersions(catalog).ReadAsync(
                    reference,
                    pending.GetValueOrDefault(reference.Name)?.Preparation,
                    cancellationToken
                )
            );
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
        var raw = await RelabelAsync(decision.Raw);
        if (raw is not null)
        {
            provenance[PreparationProvenance.RawVersion] = raw.Version;
        }

        return (raw, await RelabelAsync(decision.Prepared));

        async Task<DatasetManifest?> RelabelAsync(string? version)
        {
            if (version is null)
            {
                return null;
            }

            var source = await catalog.ReadManifestAsync(decision.Dataset, version, cancellationToken);
            var origin = KeyValuePair.Create(PictureOrigin.Key, version); // weaker than what the source says of its own
            var draft = new DatasetDraft
            {
                Name = source.Name,
                Kind = source.Kind,
                Size = source.Size,
                Classes = source.Classes,
                Provenance = new Dictionary<string, string>(
                    source.Provenance.Prepend(origin).Concat(provenance).GroupBy(entry => entry.Key).Select(entries => entries.Last()),
                    StringComparer.Ordinal
                ),
            };
            return await new Relabelling(store).WriteAsync(source, draft, Relabel, cancellationToken);
        }

        ValueTask<DatasetItem?> Relabel(DatasetItem item) =>
            new(merged.TryGetValue(item.Key, out var label) ? item.Relabelled(label) : item);
    }

    [LoggerMessage(LogLevel.Information, "{Dataset}: labels of {Batches} batches make version {Version}, trained on by run {Run}")]
    private partial void LogStarted(string dataset, int batches, string version, string run);
}
