using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.StageHosting;

/// <summary>The moments at which a crash would hurt most if the protocol were wrong.</summary>
public enum StageDrillPoint
{
    None,

    /// <summary>The artifact is written, the record does not point to it yet.</summary>
    BeforeRecord,

    /// <summary>The stage is completed; its run still counts as open, although nothing may be left to do.</summary>
    BeforeClose,

    /// <summary>The stage is completed and its run closed where that was the last; nobody was told.</summary>
    AfterRecord,
}

/// <summary>Deaths and delays on purpose, for drills (<c>Drills</c>). Refused in Production.</summary>
public sealed class StageDrillOptions
{
    public const string Section = "Drills";

    /// <summary>Where the process kills itself: <c>before-record</c>, <c>before-close</c>, <c>after-record</c>; empty = nowhere.</summary>
    public string ExitAt { get; set; } = "";

    /// <summary>Shortest time that a stage takes: its work done, its claim is held for the rest. Default zero.</summary>
    public TimeSpan StageLasts { get; set; }

    /// <summary>
    /// How long a stage stands still after each report of its progress: what is to happen in mid-stage then finds it there. Default
    /// zero.
    /// </summary>
    public TimeSpan ProgressPause { get; set; }

    /// <summary>
    /// Name of the machine that this worker's claims say it is on. Whoever looks from the real one cannot see whether such a worker
    /// lives and has only its heartbeat to go by. Empty = the real one.
    /// </summary>
    public string Machine { get; set; } = "";

    internal StageDrillPoint? Point =>
        ExitAt switch
        {
            "" => StageDrillPoint.None,
            "before-record" => StageDrillPoint.BeforeRecord,
            "before-close" => StageDrillPoint.BeforeClose,
            "after-record" => StageDrillPoint.AfterRecord,
            _ => null,
        };
}

internal sealed class StageDrillOptionsValidation(IHostEnvironment environment) : IValidateOptions<StageDrillOptions>
{
    public ValidateOptionsResult Validate(string? name, StageDrillOptions options) =>
        options.Point switch
        {
            null => ValidateOptionsResult.Fail(
                $"Drills:ExitAt is '{options.ExitAt}': use before-record, before-close or after-record, or leave it out"
            ),
            not StageDrillPoint.None when environment.IsProduction() => Refused(nameof(options.ExitAt)),
            _ when options.StageLasts != TimeSpan.Zero && environment.IsProduction() => Refused(nameof(options.StageLasts)),
            _ when options.ProgressPause != TimeSpan.Zero && environment.IsProduction() => Refused(nameof(options.ProgressPause)),
            _ when options.Machine.Length > 0 && environment.IsProduction() => Refused(nameof(options.Machine)),
            _ => ValidateOptionsResult.Success,
        };

    private static ValidateOptionsResult Refused(string drill) =>
        ValidateOptionsResult.Fail(
            $"{StageDrillOptions.Section}:{drill} is set in the Production environment: remove it, or set DOTNET_ENVIRONMENT to "
                + $"another environment"
        );
}

/// <summary>Does to a process and its stages what was asked for.</summary>
internal sealed class StageDrills(IOptions<StageDrillOptions> options, TimeProvider time)
{
    /// <summary>Kills the process where this is the point, as <c>kill -9</c> would: no handler runs, nothing is flushed.</summary>
    public void Reach(StageDrillPoint point)
    {
        if (options.Value.Point != point)
        {
            return;
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>An ending stands in the record.</summary>
    public void Recorded(StageOutcome outcome)
    {
        if (outcome == StageOutcome.Completed)
        {
            Reach(StageDrillPoint.BeforeClose);
        }
    }

    /// <summary>As whom the worker claims.</summary>
    public StageOwner Owner() =>
        options.Value.Machine is { Length: > 0 } machine
            ? StageOwner.Current() with
            {
                Host = machine,
                Machine = machine,
            }
            : StageOwner.Current();

    public IStage Wrap(IStage stage) =>
        options.Value.Point == StageDrillPoint.BeforeRecord || options.Value.StageLasts > TimeSpan.Zero
            ? new DrilledStage(stage, this, options.Value.StageLasts, time)
            : stage;

    public IStageObserver Wrap(IStageObserver observer) =>
        options.Value.ProgressPause is { Ticks: > 0 } pause ? new SlowObserver(observer, pause, time) : observer;

    /// <summary>
    /// Does on purpose what an observer must not: the stage that reports waits, as reports come from the thread that trains.
    /// </summary>
    private sealed class SlowObserver(IStageObserver observer, TimeSpan pause, TimeProvider time) : IStageObserver
    {
        public void Started(string run, string stage, long firstStep, long totalSteps, string facts) =>
            observer.Started(run, stage, firstStep, totalSteps, facts);

        public void Progressed(StageProgressed progress)
        {
            observer.Progressed(progress);
            Task.Delay(pause, time).GetAwaiter().GetResult();
        }

        public void Working() => observer.Working();

        public void Noted(string run, string stage, string note) => observer.Noted(run, stage, note);
    }

    private sealed class DrilledStage(IStage stage, StageDrills drills, TimeSpan lasts, TimeProvider time) : IStage
    {
        public StageKind Kind => stage.Kind;

        public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
        {
            var began = time.GetTimestamp();
            var artifact = await stage.RunAsync(claim, cancellationToken);
            if (lasts - time.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, cancellationToken);
            }

            drills.Reach(StageDrillPoint.BeforeRecord);
            return artifact;
        }
    }
}
