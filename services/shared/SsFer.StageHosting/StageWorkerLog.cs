using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Runs;

namespace SsFer.StageHosting;

/// <summary>What the worker has to say, one line each.</summary>
internal static partial class StageWorkerLog
{
    [LoggerMessage(LogLevel.Information, "run {Run}: {Stage} begins, attempt {Attempt}, fence {Fence}")]
    public static partial void Begins(this ILogger logger, string run, string stage, int attempt, long fence);

    [LoggerMessage(LogLevel.Information, "run {Run}: {Stage} from step {First} of {Total}: {Facts}")]
    public static partial void StartsAt(this ILogger logger, string run, string stage, long first, long total, string facts);

    [LoggerMessage(LogLevel.Information, "run {Run}: {Stage}: {Note}")]
    public static partial void Notes(this ILogger logger, string run, string stage, string note);

    [LoggerMessage(LogLevel.Information, "run {Run}: {Stage} {Outcome} after {Seconds} s")]
    public static partial void Ended(this ILogger logger, string run, string stage, StageOutcome outcome, long seconds);

    [LoggerMessage(LogLevel.Warning, "run {Run}: {Stage} {Outcome} after {Seconds} s: {Reason}")]
    public static partial void EndedBadly(
        this ILogger logger,
        string run,
        string stage,
        StageOutcome outcome,
        long seconds,
        string? reason
    );

    [LoggerMessage(
        LogLevel.Warning,
        "{Failures} attempts in a row failed here: the worker leaves stages to others for {Pause}; see the reasons above, such "
            + "as a full disk"
    )]
    public static partial void Pauses(this ILogger logger, int failures, TimeSpan pause);

    [LoggerMessage(
        LogLevel.Critical,
        "a stage stands still and cannot be stopped: this process ends, so that it can be started again; the stage is left to others"
    )]
    public static partial void Stuck(this ILogger logger);

    [LoggerMessage(LogLevel.Error, "the worker could not look for a stage or record how one ended; it looks again in {Interval}")]
    public static partial void LookFailed(this ILogger logger, Exception fault, TimeSpan interval);
}
