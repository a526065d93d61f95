using System.Diagnostics.Metrics;
using SsFer.Inference.Http;

namespace SsFer.Inference.Candidates;

/// <summary>How production and candidate do, apart.</summary>
internal sealed class RoleTelemetry : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _faces;
    private readonly Counter<long> _compared;
    private readonly Counter<long> _skipped;

    public RoleTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(RequestTelemetry.Name);
        _requests = _meter.CreateCounter<long>(
            "ssfer.inference.role.requests",
            "{request}",
            "Requests that a model was asked, by its role and the outcome: answered, failed."
        );
        _faces = _meter.CreateHistogram<double>(
            "ssfer.inference.role.face.duration",
            "s",
            "Time to cut a face out and to classify it, the mean of an answer, by the model's role."
        );
        _compared = _meter.CreateCounter<long>(
            "ssfer.inference.shadow.faces",
            "{face}",
            "Faces that production and its shadow named alike (agreed) and otherwise (differed)."
        );
        _skipped = _meter.CreateCounter<long>(
            "ssfer.inference.shadow.skipped",
            "{request}",
            "Requests that were not worked on in the shadow, for there was something better to do."
        );
    }

    public void Count(ModelRole role, Attempt attempt)
    {
        var tag = KeyValuePair.Create<string, object?>("role", role.ToString().ToLowerInvariant());
        _requests.Add(1, tag, new("outcome", attempt.IsFailed ? "failed" : "answered"));
        if (attempt.Milliseconds is { } milliseconds)
        {
            _faces.Record(milliseconds / 1000, tag);
        }
    }

    public void CountAgreement(int agreed, int compared)
    {
        _compared.Add(agreed, new KeyValuePair<string, object?>("outcome", "agreed"));
        _compared.Add(compared - agreed, new KeyValuePair<string, object?>("outcome", "differed"));
    }

    public void CountSkipped() => _skipped.Add(1);

    public void Dispose() => _meter.Dispose();
}
