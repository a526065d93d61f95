using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Planning;
using SsFer.StageHosting;

namespace SsFer.Console.Runs;

/// <summary>Makes planned runs and wakes the workers of what can start.</summary>
internal sealed class RunLauncher(IArtifactStore store, RunStore runs, RunPlanner planner, StageAnnouncer announcer)
{
    /// <returns>The run, and whether this request was the first for it.</returns>
    /// <exception cref="ArtifactException">A run of this id exists with other settings.</exception>
    public async Task<(RunStatus Run, bool IsNew)> LaunchAsync(RunBody body, CancellationToken cancellationToken)
    {
        var draft = await planner.DraftAsync(body.ToRequest(), cancellationToken);
        return await StartAsync(draft, body.Id, created: null, cancellationToken);
    }

    /// <summary>Creates the run where it is not there yet. The same draft is one run, however often and wherever it is asked for.</summary>
    /// <exception cref="ArtifactException">A run of this id exists with other settings.</exception>
    public async Task<(RunStatus Run, bool IsNew)> StartAsync(
        RunDraft draft,
        string? id,
        DateTimeOffset? created,
        CancellationToken cancellationToken
    )
    {
        var (order, isNew) = await planner.OrderAsync(draft, id, created, cancellationToken);
        using var launch = RunTrace.Launch(order.Spec.Id);
        await RunTrace.KeepAsync(store, order.Spec.Id, launch, cancellationToken);
        var run = await runs.CreateAsync(order.Spec, order.Plan, cancellationToken);
        await announcer.WakeStartableAsync(order.Spec.Id, cancellationToken);
        return (run, isNew);
    }
}
