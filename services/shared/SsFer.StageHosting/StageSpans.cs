using System.Diagnostics;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.StageHosting;

/// <summary>
/// The spans below that of a stage: one for each epoch and one for the artifact, from the last step until its record points to it. They
/// are made once they are over, from what the stage tells; a report that several epochs fell between is one span.
/// </summary>
internal sealed class StageSpans(ActivitySource source, Activity stage, TimeProvider time)
{
    private const double Rounding = 1e-6; // of an epoch

    private readonly Lock _lock = new();
    private DateTimeOffset _since = stage.StartTimeUtc;
    private long _firstStep;
    private long? _epochs;

    public void Started(long firstStep)
    {
        lock (_lock)
        {
            (_since, _firstStep) = (time.GetUtcNow(), firstStep);
        }
    }

    public void Progressed(StageProgressed progress)
    {
        if (progress.Step == 0 || !progress.Metrics.TryGetValue(MetricNames.Epoch, out var epoch))
        {
            return;
        }

        lock (_lock)
        {
            var done = Whole(epoch);
            var before = _epochs ?? Whole(epoch * _firstStep / progress.Step);
            _epochs = done;
            if (done > before)
            {
                End("epoch")?.SetTag("ssfer.epoch", done).SetTag("ssfer.epochs", done - before).Dispose();
            }
        }
    }

    public void Made(StageArtifact artifact)
    {
        lock (_lock)
        {
            End("artifact")
                ?.SetTag("ssfer.artifact", artifact.Path)
                .SetTag("ssfer.files", artifact.Files.Count)
                .SetTag("ssfer.bytes", artifact.Files.Sum(file => file.Length))
                .Dispose();
        }
    }

    private static long Whole(double epochs) => (long)Math.Floor(epochs + Rounding);

    /// <summary>A span from the end of the one before until now; to be disposed.</summary>
    private Activity? End(string name)
    {
        var (began, ended) = (_since, time.GetUtcNow());
        _since = ended;
        return source
            .StartActivity(name, ActivityKind.Internal, stage.Context, startTime: began)
            ?.SetTag("ssfer.run", stage.GetTagItem("ssfer.run"))
            .SetTag("ssfer.stage", stage.GetTagItem("ssfer.stage"))
            .SetEndTime(ended.UtcDateTime);
    }
}
