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
    private readonly TimeProvider _time;
    private readonly ActivitySource _activities = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _claims,
        _lostClaims;
    private readonly Gauge<int> _waiting;

    /// <summary>
    /// The newest progress of each stage that runs here now; null while it has not told of any. What has ended is measured no more.
    /// </summary>
    private readonly ConcurrentDictionary<(string Run, string Stage, StageKind Kind), StageProgressed?> _running = new();

    private readonly ConcurrentDictionary<(string Run, string Stage), StageSpans> _spans = new();

    public StageTelemetry(IArtifactStore store, IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        (_store, _time) = (store, time);
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram<double>("ssfer.stage.duration", "s", "Time of one attempt at a stage, by kind and outcome.");
        _claims = _meter.CreateCounter<long>("ssfer.stage.claims", "{claim}", "Attempts at a stage that were begun.");
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
        _meter.CreateObservableGauge(
            "ssfer.stage.waiting_for_data",
            () => Measure(progress => progress.Metrics.TryGetValue(MetricNames.WaitingForData, out var share) ? share : null),
            "1",
            "Share of its time that a running stage stands waiting for its batch."
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
        else if (outcome == StageOutcome.Completed && _spans.TryGetValue((claim.Spec.Id, claim.Stage.Name), out var spans))
        {
            spans.Made(claim.Record.Artifact!);
        }

        activity?.SetTag("ssfer.outcome", outcome.ToString());
        if (outcome == StageOutcome.Failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error, claim.Record.Error);
        }
    }

    /// <summary>The stage's progress is measured until what this returns is disposed.</summary>
    internal IDisposable Follow(StageClaim claim, Activity? activity)
    {
        var key = (claim.Spec.Id, claim.Stage.Name, claim.Stage.Kind);
        _claims.Add(1, TagOf(claim.Stage.Kind));
        _running[key] = null;
        if (activity is not null)
        {
            _spans[(claim.Spec.Id, claim.Stage.Name)] = new StageSpans(_activities, activity, _time);
        }

        return new Following(() =>
        {
            _running.TryRemove(key, out _);
            _spans.TryRemove((claim.Spec.Id, claim.Stage.Name), out _);
        });
    }

    /// <summary>The stage has what it needs and begins with its steps.</summary>
    internal void Started(string run, string stage, long firstStep)
    {
        if (_spans.TryGetValue((run, stage), out var spans))
        {
            spans.Started(firstStep);
        }
    }

    /// <returns>False for a stage that does not run here, or no more: its report comes after its end.</returns>
    internal bool TryMeasure(StageProgressed progress)
    {
        var key = (progress.Run, progress.Stage, progress.Kind);
        while (_running.TryGetValue(key, out var before))
        {
            if (_running.TryUpdate(key, progress, before))
            {
                if (_spans.TryGetValue((progress.Run, progress.Stage), out var spans))
                {
                    spans.Progressed(progress);
                }

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
