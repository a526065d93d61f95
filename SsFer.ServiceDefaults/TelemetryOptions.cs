namespace SsFer.ServiceDefaults;

/// <summary>Telemetry beside that which the OTEL_ variables send somewhere (section <c>Telemetry</c> of the configuration).</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    internal const string PrometheusKey = $"{Section}:{nameof(Prometheus)}";

    /// <summary>
    /// Whether <c>/metrics</c> answers with the metrics for Prometheus to fetch; where keys are demanded, to one of the role operate.
    /// Default false.
    /// </summary>
    public bool Prometheus { get; set; }
}
