using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Inference.Keeping;
using SsFer.Inference.Models;

namespace SsFer.Inference.Http;

/// <summary>
/// Where the time of a request goes, how many wait for their turn, and what is answered. Tags tell of models and classes, nothing of who
/// asks or is seen.
/// </summary>
internal sealed class RequestTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "SsFer.Inference";

    private static readonly FrozenDictionary<PictureStatus, string> StatusNames = Enum.GetValues<PictureStatus>()
        .ToFrozenDictionary(status => status, status => JsonSerializer.SerializeToElement(status).GetString()!); // as answers say them

    private readonly ActivitySource _activities = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _phases,
        _topProbabilities;
    private readonly Counter<long> _pictures,
        _faces,
        _kept;
    private readonly ProductionModel _production;
    private readonly TimeProvider _time;

    public RequestTelemetry(IMeterFactory meters, RequestGate gate, ProductionModel production, TimeProvider time)
    {
        (_production, _time) = (production, time);
        _meter = meters.Create(Name);
        _phases = _meter.CreateHistogram<double>(
            "ssfer.inference.phase.duration",
            "s",
            "Time of a phase of a request: upload, queue, answer."
        );
        _pictures = _meter.CreateCounter<long>(
            "ssfer.inference.pictures",
            "{picture}",
            "Pictures answered, by model, status, and source: request or stream."
        );
        _faces = _meter.CreateCounter<long>("ssfer.inference.faces", "{face}", "Faces answered, by model, expression and source.");
        _kept = _meter.CreateCounter<long>("ssfer.inference.kept_pictures", "{picture}", "Pictures that were to be kept, by outcome.");
        _topProbabilities = _meter.CreateHistogram(
            "ssfer.inference.top_probability",
            unit: null, // which exporters translate in different ways
            "Probability of the answered class of each face, by model and source.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                [
                    .. Enumerable.Range(1, PredictionReference.Bins).Select(bin => (double)bin / PredictionReference.Bins),
                ],
            }
        );
        _meter.CreateObservableGauge("ssfer.inference.waiting", () => gate.Waiting, "{request}", "Requests that wait for their turn.");
        _meter.CreateObservableGauge("ssfer.inference.in_work", () => gate.InWork, "{request}", "Requests that have their turn now.");
        _meter.CreateObservableGauge(
            "ssfer.inference.drift",
            MeasureDrift,
            unit: null,
            "Population stability index of the answers of the model in production against its evaluation, of confidence and expressions."
        );
    }

    /// <summary>Also where it fails: a phase that was too long is what one looks for.</summary>
    public async Task<T> MeasureAsync<T>(string phase, Func<Task<T>> work)
    {
        using var activity = _activities.StartActivity(phase);
        var began = _time.GetTimestamp();
        try
        {
            return await work();
        }
        finally
        {
            _phases.Record(_time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("phase", phase));
        }
    }

    /// <summary>Counts what a request was answered.</summary>
    public void Answered(ModelLease lease, IReadOnlyList<PictureAnswer> pictures)
    {
        foreach (var picture in pictures)
        {
            Count(lease, picture, "request");
        }

        foreach (var face in pictures.SelectMany(picture => picture.Faces))
        {
            lease.Version.Drift?.Add(face.Expression, face.TopProbability);
        }

        Activity
            .Current?.SetTag("ssfer.model", lease.Pipeline.Model.Description.Id)
            .SetTag("ssfer.pictures", pictures.Count)
            .SetTag("ssfer.faces", pictures.Sum(picture => picture.Faces.Count));
    }

    /// <summary>
    /// Counts what a frame was answered. It is no drift: a minute of one person is thousands of faces that are all alike.
    /// </summary>
    public void AnsweredFrame(ModelLease lease, PictureAnswer frame) => Count(lease, frame, "stream");

    /// <summary>Counts a picture that was to be kept for labelling.</summary>
    public void Kept(KeepOutcome outcome) => _kept.Add(1, Tag("outcome", outcome.ToString()));

    public void Dispose()
    {
        _activities.Dispose();
        _meter.Dispose();
    }

    private void Count(ModelLease lease, PictureAnswer picture, string from)
    {
        var (model, source) = (TagOf(lease), Tag("source", from));
        _pictures.Add(1, model, source, Tag("status", StatusNames[picture.Status]));
        foreach (var face in picture.Faces)
        {
            _faces.Add(1, model, source, Tag("expression", face.Expression));
            _topProbabilities.Record(face.TopProbability, model, source);
        }
    }

    private IEnumerable<Measurement<double>> MeasureDrift()
    {
        using var lease = _production.TryLease();
        return lease?.Version.Drift?.Measure() is { } drift
            ? [new(drift.Confidence, TagOf(lease), Tag("of", "confidence")), new(drift.Expressions, TagOf(lease), Tag("of", "expressions"))]
            : [];
    }

    private static KeyValuePair<string, object?> TagOf(ModelLease lease) => Tag("model", lease.Pipeline.Model.Description.Id);

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
