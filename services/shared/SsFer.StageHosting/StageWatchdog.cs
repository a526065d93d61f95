using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.StageHosting;

/// <summary>
/// Ends attempts that stand still. A heart beats by a timer, so a stage whose step never ends, as in a driver that hangs, would keep its
/// claim for ever. The attempt fails like any other, and another worker may do better.
/// </summary>
internal sealed class StageWatchdog(IOptions<StageWorkerOptions> options, TimeProvider time)
{
    /// <summary>How long a stage that is told to stop may take to do so.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long _lastSign;

    /// <summary>A stage stood still here and did not stop when it was told to: its threads are lost to this process.</summary>
    public bool HasStuckStage { get; private set; }

    /// <summary>The stage at work here has done something. One is at work at a time.</summary>
    public void SeesLife() => Volatile.Write(ref _lastSign, time.GetTimestamp());

    /// <summary>The stage, ended where it stands still.</summary>
    public IStage Wrap(IStage stage) => new WatchedStage(stage, this);

    private async Task<StageArtifact> RunAsync(IStage stage, StageClaim claim, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        SeesLife();
        var work = Task.Run(() => stage.RunAsync(claim, stop.Token), CancellationToken.None);
        while (Rest() is var rest && rest > TimeSpan.Zero)
        {
            if (await EndsWithinAsync(work, rest))
            {
                return await work;
            }
        }

        _ = stop.CancelAsync(); // those who hear of it may stand still as well
        if (await EndsWithinAsync(work, Grace) && !work.IsCanceled)
        {
            return await work; // it had only been slow, or has a reason of its own
        }

        HasStuckStage = !work.IsCompleted; // also where nobody wants the stage any more: its threads are lost all the same
        cancellationToken.ThrowIfCancellationRequested();
        throw new StageStandsStillException(options.Value.StandstillTimeout);
    }

    private TimeSpan Rest() => options.Value.StandstillTimeout - time.GetElapsedTime(Volatile.Read(ref _lastSign));

    private async Task<bool> EndsWithinAsync(Task work, TimeSpan patience)
    {
        using var ended = new CancellationTokenSource();
        var waiting = Task.Delay(patience, time, ended.Token);
        await Task.WhenAny(work, waiting);
        await ended.CancelAsync();
        return work.IsCompleted;
    }

    private sealed class WatchedStage(IStage stage, StageWatchdog watchdog) : IStage
    {
        public StageKind Kind => stage.Kind;

        public Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken) =>
            watchdog.RunAsync(stage, claim, cancellationToken);
    }
}

/// <summary>A stage did nothing for too long.</summary>
internal sealed class StageStandsStillException(TimeSpan patience)
    : UserFacingException(
        $"the stage stood still for {patience}, although its worker lived: see the worker's log and its device; a slower one needs a "
            + $"longer {StageWorkerOptions.Section}:{nameof(StageWorkerOptions.StandstillTimeout)}"
    );
