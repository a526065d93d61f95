using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Runs;
using SsFer.Learning.Training;
using SsFer.Stages;

namespace SsFer.TrainingHosting;

/// <summary>Hands a training stage's figures to those who publish them, and its words to the log.</summary>
internal sealed partial class HostedStageObserver(IStageProgressSink sink, ILogger<HostedStageObserver> logger) : IStageObserver
{
    public void Started(string run, string stage, long firstStep, long totalSteps, string facts) =>
        LogStarted(run, stage, firstStep, totalSteps, facts);

    public void Progressed(string run, string stage, TrainingMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        sink.Report(
            new StageProgress
            {
                Run = run,
                Stage = stage,
                Step = metrics.Step,
                TotalSteps = metrics.TotalSteps,
                ImagesPerSecond = metrics.ImagesPerSecond,
                Metrics = metrics.Values,
            }
        );
    }

    public void Noted(string run, string stage, string note) => LogNoted(run, stage, note);

    [LoggerMessage(LogLevel.Information, "run {Run}: {Stage} from step {First} of {Total}: {Facts}")]
    private partial void LogStarted(string run, string stage, long first, long total, string facts);

    [LoggerMessage(LogLevel.Information, "run {Run}: {Stage}: {Note}")]
    private partial void LogNoted(string run, string stage, string note);
}
