using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

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
    private readonly ConcurrentDictionary<(string Run, string Stage, StageKind Kind), StageProgress?> _running = new();

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
            () => Measure(progress => progress.Metrics.TryGetValue("loss", out var loss) ? loss : null),
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

    /// <summary>From now on the stage's progress is measured, until <see cref="Leave"/>.</summary>
    internal void Follow(string run, string stage, StageKind kind) => _running[(run, stage, kind)] = null;

    internal void Leave(string run, string stage, StageKind kind) => _running.TryRemove((run, stage, kind), out _);

    internal void Progressed(StageProgress progress, StageKind kind)
    {
        // A report that comes after the end finds no place.
        var key = (progress.Run, progress.Stage, kind);
        while (_running.TryGetValue(key, out var before) && !_running.TryUpdate(key, progress, before)) { }
    }

    /// <summary>Whether anybody collects <see cref="Waiting"/>, which takes reading every open run.</summary>
    internal bool CollectsWaiting => _waiting.Enabled;

    internal void Waiting(StageKind kind, int stages) => _waiting.Record(stages, TagOf(kind));

    public void Dispose()
    {
        _activities.Dispose();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<double>> Measure(Func<StageProgress, double?> figure) =>
        from running in _running
        where running.Value is not null
        let value = figure(running.Value)
        where value is not null
        select new Measurement<double>(value.Value, TagOf(running.Key.Kind), new("run", running.Key.Run), new("stage", running.Key.Stage));

    private static KeyValuePair<string, object?> TagOf(StageKind kind) => new("kind", kind.ToString());
}
