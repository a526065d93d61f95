using System.Collections.Concurrent;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Planning;
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
    DecisionExecutor executor,
    TimeProvider time
)
{
    /// <summary>Encoders of other runs, which no version tells, are looked for this often at least.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>Why the last look at a dataset led to no run: the same versions, labels and settings are not read again every minute.</summary>
    private readonly ConcurrentDictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);

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
            if (!policy.IsMet(waiting) || await DecideAsync(manifest, current, waiting, cancellationToken) is not { } decision)
            {
                return null;
            }

            await store.TryPutJsonIfAbsentAsync(path, decision, cancellationToken);
            stored = (await store.TryReadJsonAsync<RetrainingDecision>(path, cancellationToken))!;
        }

        return await executor.CarryOutAsync(stored.Value, cancellationToken);
    }

    private async Task<RetrainingDecision?> DecideAsync(
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
            return await planner.DecideAsync(basis, current, waiting, cancellationToken);
        }
        catch (PlanningException fault)
        {
            _refusals[basis.Name] = new Refusal(seen, fault.Message, time.GetUtcNow());
            throw;
        }
    }

    /// <param name="Seen">Hash of the versions, labels and settings that were looked at.</param>
    /// <param name="Why">In one line, with the cure.</param>
    /// <param name="At">When they were.</param>
    private sealed record Refusal(string Seen, string Why, DateTimeOffset At);
}
