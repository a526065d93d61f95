using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Artifacts.Runs;

/// <summary>How an attempt at a stage ended.</summary>
public enum StageOutcome
{
    Completed,
    Failed,
    Cancelled,

    /// <summary>Handed back because this process was told to stop; it resumes here or elsewhere.</summary>
    Released,

    /// <summary>Another worker holds the stage now; nothing of this attempt counts.</summary>
    Lost,
}

/// <summary>Does claimed stages and turns every way in which they can end into the record's words.</summary>
/// <param name="stages">Do the work, one of each kind.</param>
/// <param name="runs">The runs that the stages are of.</param>
/// <param name="ledger">Gives the stages.</param>
/// <param name="time">Clock of this process.</param>
/// <param name="recorded">Called when an ending stands in the record and the run is not closed yet, for drills; null = nothing.</param>
public sealed class StageRunner(
    IEnumerable<IStage> stages,
    RunStore runs,
    StageLedger ledger,
    TimeProvider time,
    Action<StageOutcome>? recorded = null
)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<StageKind, IStage> _stages = stages.ToDictionary(stage => stage.Kind);

    /// <summary>Works on a claimed stage until it ends, one way or another, and disposes the claim.</summary>
    public async Task<StageOutcome> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return (await EndAsync(claim, cancellationToken)).Outcome;
    }

    private async Task<Ending> EndAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        await using var _ = claim;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost, claim.CancelRequested);
        var ending = await AttemptAsync(claim, stop.Token);
        recorded?.Invoke(ending.Outcome);
        if (ending.Outcome is StageOutcome.Completed or StageOutcome.Failed or StageOutcome.Cancelled)
        {
            await runs.CloseIfSettledAsync(claim.Spec.Id, CancellationToken.None);
        }

        return ending;
    }

    /// <summary>
    /// Does all stages of a run in this process, one after the other, waiting where another process holds one. Failed and cancelled
    /// stages are tried again first: to ask for a run once more means that.
    /// </summary>
    /// <exception cref="StageFailedException">An attempt ended badly; the same call resumes from the last checkpoint.</exception>
    /// <exception cref="OperationCanceledException">Told to stop; the stage is checkpointed and released.</exception>
    public async Task<RunStatus> RunAllAsync(string run, CancellationToken cancellationToken)
    {
        await runs.RetryAsync(run, cancellationToken);
        while (true)
        {
            var status = await runs.LoadAsync(run, cancellationToken);
            var next = status.Plan.Stages.FirstOrDefault(stage => status.Stages[stage.Name].State != StageState.Completed);
            if (next is null)
            {
                return status;
            }

            var record = status.Stages[next.Name];
            if (record.State is StageState.Failed or StageState.Cancelled)
            {
                throw new StageFailedException(
                    run,
                    next.Name,
                    record.State == StageState.Cancelled ? "it was cancelled" : record.Error ?? "no reason was recorded"
                );
            }

            if (await ledger.TryClaimAsync(run, next.Name, cancellationToken) is not { } claim)
            {
                await Task.Delay(LookInterval, time, cancellationToken);
                continue;
            }

            var ending = await EndAsync(claim, cancellationToken);
            if (ending.Outcome == StageOutcome.Released)
            {
                throw new OperationCanceledException(cancellationToken);
            }

            if (ending.Outcome == StageOutcome.Failed)
            {
                throw new StageFailedException(run, next.Name, claim.Record.Error ?? "no reason was recorded", ending.Fault);
            }
        }
    }

    private async Task<Ending> AttemptAsync(StageClaim claim, CancellationToken stop)
    {
        try
        {
            if (!_stages.TryGetValue(claim.Stage.Kind, out var stage))
            {
                throw new PermanentStageException($"nothing here can do a stage of kind {claim.Stage.Kind}");
            }

            var artifact = await stage.RunAsync(claim, stop);
            return Outcome(await claim.CompleteAsync(artifact, CancellationToken.None), StageOutcome.Completed);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (claim.Lost.IsCancellationRequested)
            {
                return new Ending(StageOutcome.Lost);
            }

            return claim.CancelRequested.IsCancellationRequested
                ? Outcome(await claim.CancelAsync(CancellationToken.None), StageOutcome.Cancelled)
                : Outcome(await claim.ReleaseAsync(CancellationToken.None), StageOutcome.Released);
        }
        catch (Exception fault)
        {
            return Outcome(
                await claim.FailAsync(Describe(fault), fault is PermanentStageException, CancellationToken.None),
                StageOutcome.Failed
            ) with
            {
                Fault = fault,
            };
        }
    }

    /// <summary>One line; what is not known to be written for people is named by its type.</summary>
    private static string Describe(Exception fault)
    {
        var line = fault.Message.Split('\n', 2)[0].TrimEnd();
        return fault is UserFacingException or IOException ? line : $"{fault.GetType().Name}: {line}";
    }

    private static Ending Outcome(bool written, StageOutcome outcome) => new(written ? outcome : StageOutcome.Lost);

    private sealed record Ending(StageOutcome Outcome, Exception? Fault = null);
}

/// <summary>A stage of a run ended badly.</summary>
public sealed class StageFailedException(string run, string stage, string reason, Exception? inner = null)
    : UserFacingException($"run {run}, stage {stage}: {reason}", inner)
{
    public string Run { get; } = run;

    public string Stage { get; } = stage;
}
