using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Runs;

namespace SsFer.StageHosting;

/// <summary>
/// Does a claimed stage under the eyes of others: its span and figures are collected, and those who wait for it hear how it ended.
/// </summary>
internal sealed class StageAttempt(
    StageRunner runner,
    StageAnnouncer announcer,
    StageTelemetry telemetry,
    StageDrills drills,
    TimeProvider time,
    ILogger<StageAttempt> logger
)
{
    public async Task<StageOutcome> RunAsync(StageClaim claim, CancellationToken stop)
    {
        using var activity = telemetry.Start(claim, await telemetry.ParentOfAsync(claim, stop));
        using var scope = logger.BeginScope(
            new Dictionary<string, object> { ["ssfer.run"] = claim.Spec.Id, ["ssfer.stage"] = claim.Stage.Name }
        );
        logger.Begins(claim.Spec.Id, claim.Stage.Name, claim.Record.Attempt, claim.Paths.Fence);
        var began = time.GetTimestamp();
        StageOutcome outcome;
        TimeSpan took;
        using (telemetry.Follow(claim, activity))
        {
            outcome = await runner.RunAsync(claim, stop);
            took = time.GetElapsedTime(began);
            telemetry.Ended(claim, outcome, took, activity);
        }

        if (outcome is StageOutcome.Failed or StageOutcome.Lost)
        {
            logger.EndedBadly(
                claim.Spec.Id,
                claim.Stage.Name,
                outcome,
                (long)took.TotalSeconds,
                outcome == StageOutcome.Lost ? claim.LostReason : claim.Record.Error
            );
        }
        else
        {
            logger.Ended(claim.Spec.Id, claim.Stage.Name, outcome, (long)took.TotalSeconds);
        }

        if (outcome == StageOutcome.Completed)
        {
            drills.Reach(StageDrillPoint.AfterRecord);
        }
        // Also on the way out: those who wait for this stage should not have to look for it.
        await announcer.EndedAsync(claim, outcome, CancellationToken.None);
        return outcome;
    }
}
