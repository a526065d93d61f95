using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Commands;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.StageHosting;

/// <summary>
/// Tells others what became of a stage and wakes those who can go on. Records are the truth, so a message that does not get through
/// in time is dropped: its receiver finds by looking what it would have been told.
/// </summary>
public sealed class StageAnnouncer(
    IMessageBus bus,
    RunStore runs,
    IEnumerable<StageAnnouncement> announcements,
    IOptions<StageWorkerOptions> options,
    TimeProvider time,
    ILogger<StageAnnouncer> logger
)
{
    /// <summary>
    /// Wakes the workers of every stage of the run that can start now: after it was made, or stages were set back.
    /// </summary>
    /// <returns>False where a message was dropped.</returns>
    public Task<bool> WakeStartableAsync(string run, CancellationToken cancellationToken) =>
        TryAsync(
            run,
            "wake the next stages",
            async token =>
            {
                var status = await runs.LoadAsync(run, token);
                await Task.WhenAll(status.Startable().Select(stage => WakeAsync(run, stage, token)));
            },
            cancellationToken
        );

    internal Task EndedAsync(StageClaim claim, StageOutcome outcome, CancellationToken cancellationToken)
    {
        var (run, stage) = (claim.Spec.Id, claim.Stage);
        return outcome switch
        {
            StageOutcome.Completed => Task.WhenAll(
                TryAsync(run, $"announce {stage.Name}", token => PublishCompletionAsync(claim, token), cancellationToken),
                WakeStartableAsync(run, cancellationToken)
            ),
            StageOutcome.Failed when claim.Record.State == StageState.Failed => TryAsync(
                run,
                $"announce that {stage.Name} failed",
                token =>
                    bus.PublishAsync(
                        new StageFailed
                        {
                            Run = run,
                            Stage = stage.Name,
                            Kind = stage.Kind,
                            Attempts = claim.Record.Attempt,
                            Reason = claim.Record.Error ?? "no reason was recorded",
                        },
                        token
                    ),
                cancellationToken
            ),
            StageOutcome.Released => TryAsync(run, $"hand {stage.Name} on", token => WakeAsync(run, stage, token), cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    private async Task PublishCompletionAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        foreach (var announcement in announcements.Where(announcement => announcement.Kind == claim.Stage.Kind))
        {
            foreach (var told in announcement.EventsOf(claim))
            {
                await bus.PublishAsync(told, cancellationToken);
            }
        }
    }

    private Task WakeAsync(string run, PlannedStage stage, CancellationToken cancellationToken) =>
        bus.SendAsync(
            ResourceNames.StageQueue(stage.Kind),
            new RunStage
            {
                Run = run,
                Stage = stage.Name,
                Kind = stage.Kind,
            },
            cancellationToken
        );

    private async Task<bool> TryAsync(string run, string what, Func<CancellationToken, Task> tell, CancellationToken cancellationToken)
    {
        if (await bus.TryAsync((_, token) => tell(token), options.Value.AnnouncementTimeout, time, cancellationToken) is not { } why)
        {
            return true;
        }

        logger.LogWarning("run {Run}: could not {What}: {Why}; others find it by looking", run, what, why);
        return false;
    }
}
