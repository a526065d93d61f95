using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.StageHosting;

/// <summary>Spans and metrics of stages.</summary>
public sealed class StageTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "SsFer.Stages";

    private readonly IArtifactStore _store;
    private readonly ActivitySource _activities = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _lostClaims;
    private readonly Gauge<int> _waiting;

    /// <summary>
    /// The newest progress of each stage that runs here now; null while it has not told of any. What has ended is measured no more.
    /// </summary>
    private readonly ConcurrentDictionary<(string Run, string Stage, StageKind Kind), StageProgressed?> _running = new();

    public StageTelemetry(IArtifactStore store, IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _store = store;
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram<double>("ssfer.stage.duration", "s", "Time of one attempt at a stage, by kind and outcome.");
        _lostClaims = _meter.CreateCounter<long>("ssfer.stage.lost_claims", "{claim}", "Attempts whose claim another worker took over.");
        _meter.CreateObservableGauge(
            "ssfer.stage.images_per_second",
            () => Measure(progress => progress.ImagesPerSecond),
            "{image}/s",
            "Images that a running stage gets through."
        );
        _meter.CreateObservableGauge(
            "ssfer.stage.loss",
            () => Measure(progress => progress.Metrics.TryGetValue(MetricNames.Loss, out var loss) ? loss : null),
            null,
            "Loss of a running stage."
        );
        _waiting = _meter.CreateGauge<int>("ssfer.stage.waiting", "{stage}", "Stages of a kind that could start and that nobody works on.");
    }

    /// <summary>What the stage's span hangs on; asks the store only where somebody collects spans.</summary>
    internal async Task<ActivityContext> ParentOfAsync(StageClaim claim, CancellationToken cancellationToken) =>
        _activities.HasListeners() ? await RunTrace.ContextOfAsync(_store, claim.Spec.Id, cancellationToken) : default;

    internal Activity? Start(StageClaim claim, ActivityContext parent)
    {
        var activity = _activities.StartActivity($"stage {claim.Stage.Kind}", ActivityKind.Internal, parent);
        activity
            ?.SetTag("ssfer.run", claim.Spec.Id)
            .SetTag("ssfer.stage", claim.Stage.Name)
            .SetTag("ssfer.fence", claim.Paths.Fence)
            .SetTag("ssfer.attempt", claim.Record.Attempt);
        return activity;
    }

    internal void Ended(StageClaim claim, StageOutcome outcome, TimeSpan took, Activity? activity)
    {
        var kind = TagOf(claim.Stage.Kind);
        _duration.Record(took.TotalSeconds, kind, new("outcome", outcome.ToString()));
        if (outcome == StageOutcome.Lost)
        {
            _lostClaims.Add(1, kind);
        }

        activity?.SetTag("ssfer.outcome", outcome.ToString());
        if (outcome == StageOutcome.Failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error, claim.Record.Error);
        }
    }

    /// <summary>The stage's progress is measured until what this returns is disposed.</summary>
    internal IDisposable Follow(StageClaim claim)
    {
        var key = (claim.Spec.Id, claim.Stage.Name, claim.Stage.Kind);
        _running[key] = null;
        return new Following(() => _running.TryRemove(key, out _));
    }

    /// <returns>False for a stage that does not run here, or no more: its report comes after its end.</returns>
    internal bool TryMeasure(StageProgressed progress)
    {
        var key = (progress.Run, progress.Stage, progress.Kind);
        while (_running.TryGetValue(key, out var before))
        {
            if (_running.TryUpdate(key, progress, before))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether anybody collects <see cref="Waiting"/>, which takes reading every open run.</summary>
    internal bool CollectsWaiting => _waiting.Enabled;

    internal void Waiting(StageKind kind, int stages) => _waiting.Record(stages, TagOf(kind));

    public void Dispose()
    {
        _activities.Dispose();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<double>> Measure(Func<StageProgressed, double?> figure) =>
        from running in _running
        where running.Value is not null
        let value = figure(running.Value)
        where value is not null
        select new Measurement<double>(value.Value, TagOf(running.Key.Kind), new("run", running.Key.Run), new("stage", running.Key.Stage));

    private static KeyValuePair<string, object?> TagOf(StageKind kind) => new("kind", kind.ToString());

    private sealed class Following(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
