using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Console.Retraining;

/// <summary>
/// Turns waiting labels into a dataset version and a run when the policy is met. Safe to call from anywhere, any number of times: see
/// <see cref="RetrainingDecision"/>.
/// </summary>
internal sealed class Retrainer(
    IArtifactStore store,
    DatasetCatalog catalog,
    RetrainingSettingsStore settings,
    RetrainingPolicy policy,
    RetrainingPlanner planner,
    DecisionExecutor executor
)
{
    /// <summary>Looks at one dataset and does what is due.</summary>
    /// <returns>The run that was started or found; null where nothing is due.</returns>
    /// <exception cref="InvalidRequestException">Labels are enough, and no run can come of them; the message says why.</exception>
    public async Task<string?> ConsiderAsync(string dataset, CancellationToken cancellationToken)
    {
        if (
            await settings.FindAsync(dataset, cancellationToken) is not { } current
            || await catalog.FindAsync(dataset, cancellationToken) is not { } pointers
        )
        {
            return null;
        }

        var basis = RetrainingDecision.BasisOf(pointers, current.Asked.ToRecipe().Model.ImageSize);
        if (basis is null)
        {
            return null;
        }

        var path = RetrainingDecision.PathOf(dataset, basis);
        if (await store.TryReadJsonAsync<RetrainingDecision>(path, cancellationToken) is not { } stored)
        {
            var manifest = await catalog.ReadManifestAsync(dataset, basis, cancellationToken);
            var waiting = await policy.LookAsync(manifest, cancellationToken);
            if (!policy.IsMet(waiting) || await planner.DecideAsync(manifest, current, waiting, cancellationToken) is not { } decision)
            {
                return null;
            }

            await store.TryPutJsonIfAbsentAsync(path, decision, cancellationToken);
            stored = (await store.TryReadJsonAsync<RetrainingDecision>(path, cancellationToken))!;
        }

        return await executor.CarryOutAsync(stored.Value, cancellationToken);
    }
}
