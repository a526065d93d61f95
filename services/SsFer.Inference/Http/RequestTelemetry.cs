using System.Diagnostics.Metrics;

namespace SsFer.Inference.Http;

/// <summary>Where the time of a request goes, and how many wait for their turn.</summary>
internal sealed class RequestTelemetry : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "SsFer.Inference";

    private readonly Meter _meter;
    private readonly Histogram<double> _phases;
    private readonly TimeProvider _time;

    public RequestTelemetry(IMeterFactory meters, RequestGate gate, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(Name);
        _phases = _meter.CreateHistogram<double>(
            "ssfer.inference.phase.duration",
            "s",
            "Time of a phase of a request: upload, queue, answer."
        );
        _meter.CreateObservableGauge("ssfer.inference.waiting", () => gate.Waiting, "{request}", "Requests that wait for their turn.");
        _meter.CreateObservableGauge("ssfer.inference.in_work", () => gate.InWork, "{request}", "Requests that have their turn now.");
    }

    /// <summary>Also where it fails: a phase that was too long is what one looks for.</summary>
    public async Task<T> MeasureAsync<T>(string phase, Func<Task<T>> work)
    {
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

    public void Dispose() => _meter.Dispose();
}
