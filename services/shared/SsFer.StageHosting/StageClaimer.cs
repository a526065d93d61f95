using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;

namespace SsFer.StageHosting;

/// <summary>
/// Claims a stage of the kinds that this process can do, and does it. After failures that might be the process's own it leaves stages
/// to others for a while.
/// </summary>
internal sealed class StageClaimer(
    IEnumerable<IStage> stages,
    StageLedger ledger,
    StageAttempt attempt,
    IOptions<StageWorkerOptions> options,
    TimeProvider time,
    ILogger<StageWorker> logger
)
{
    private readonly IStage[] _stages = [.. stages];

    /// <summary>Attempts in a row that failed here and may succeed elsewhere; permanent faults are the data's and not among them.</summary>
    private int _failures;

    /// <returns>Whether there was anything to do: if so, there may be more.</returns>
    public async Task<bool> TryDoAsync(CancellationToken stop)
    {
        foreach (var stage in _stages)
        {
            if (await ledger.TryClaimNextAsync(stage.Kind, stop) is { } claim)
            {
                var outcome = await attempt.RunAsync(claim, stop);
                if (outcome == StageOutcome.Completed)
                {
                    _failures = 0;
                }
                else if (outcome == StageOutcome.Failed && claim.Record.State == StageState.Pending)
                {
                    await PauseAsync(++_failures, stop);
                }

                return true;
            }
        }

        return false;
    }

    private async Task PauseAsync(int failures, CancellationToken stop)
    {
        var pause = options.Value.PauseAfter(failures);
        if (pause == TimeSpan.Zero)
        {
            return;
        }

        logger.Pauses(failures, pause);
        await Task.Delay(pause, time, stop);
    }
}
