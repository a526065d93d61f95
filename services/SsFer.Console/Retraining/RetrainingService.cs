using SsFer.Artifacts.Datasets;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Retraining;

/// <summary>How datasets are retrained: changed and shown.</summary>
internal sealed class RetrainingService(
    RetrainingSettingsStore settings,
    RetrainingPolicy policy,
    DatasetCatalog catalog,
    RetrainingObstacles obstacles,
    RetrainingWorker worker
)
{
    public async Task<RetrainingAnswer> ChangeAsync(string name, RetrainingBody body, CancellationToken cancellationToken)
    {
        var stored = await settings.PutAsync(name, body, cancellationToken);
        obstacles.Clear(name); // of the settings before
        worker.Wake(); // labels may be waiting for it
        return await AnswerAsync(name, stored, cancellationToken);
    }

    /// <exception cref="RequestRefusedException">Nobody has said how.</exception>
    public async Task<RetrainingAnswer> ShowAsync(string name, CancellationToken cancellationToken)
    {
        var stored = await settings.FindAsync(name, cancellationToken)
            ?? throw RequestRefusedException.NotFound(
                $"dataset '{name}' has no retraining settings: PUT /api/datasets/{name}/retraining sets them"
            );
        return await AnswerAsync(name, stored, cancellationToken);
    }

    private async Task<RetrainingAnswer> AnswerAsync(string name, RetrainingSettings stored, CancellationToken cancellationToken)
    {
        var version = RetrainingDecision.BasisOf(await catalog.GetAsync(name, cancellationToken), stored.Asked.ToRecipe().Model.ImageSize);
        var basis = version is null ? null : await catalog.ReadManifestAsync(name, version, cancellationToken);
        var waiting = basis is null ? new WaitingLabels([], 0, null) : await policy.LookAsync(basis, cancellationToken);
        var last = basis is null ? null : await policy.LastDecisionAsync(basis, cancellationToken);
        return new RetrainingAnswer(
            stored.Asked,
            stored.HeldOut.ToString(),
            waiting.Count,
            waiting.Oldest,
            last is null
                ? null
                : new DecisionAnswer(
                    last.Decided,
                    last.Basis,
                    last.Batches.Count,
                    last.LabelsWithoutFace,
                    IsCarriedOut: last.Basis != version
                ),
            obstacles.Of(name)
        );
    }
}
