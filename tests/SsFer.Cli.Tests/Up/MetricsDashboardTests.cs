using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SsFer.Cli.Commands.Up;
using SsFer.Inference.Candidates;
using SsFer.Inference.Http;
using SsFer.StageHosting;

namespace SsFer.Cli.Tests.Up;

/// <summary>Holds the Grafana dashboard to the metrics that there are, and the metrics to the dashboard and the document.</summary>
public sealed partial class MetricsDashboardTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Dashboard_AsksForExactlyTheMetricsThatThereAre()
    {
        var dashboard = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "documents", "ssfer.json"),
            TestContext.Current.CancellationToken
        );

        var asked = PrometheusName().Matches(dashboard).Select(name => name.Value).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal((await InstrumentsAsync()).Select(NameAtPrometheus).Order(StringComparer.Ordinal), asked);
    }

    [Fact]
    public async Task Operations_NamesEveryMetric()
    {
        var document = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "documents", "operations.md"),
            TestContext.Current.CancellationToken
        );

        Assert.All(await InstrumentsAsync(), instrument => Assert.Contains($"`{instrument.Name}`", document, StringComparison.Ordinal));
    }

    public void Dispose() => _material.Dispose();

    /// <summary>Of all services.</summary>
    private async Task<IReadOnlyList<Instrument>> InstrumentsAsync()
    {
        var instruments = new List<Instrument>();
        await using var system = LocalSystem.Build(_material.Root, port: 0, device: "cpu");
        var factory = system.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            // Other tests of this process have systems of their own.
            if (instrument.Meter.Name.StartsWith("SsFer.", StringComparison.Ordinal) && instrument.Meter.Scope == factory)
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();
        system.Services.GetRequiredService<StageTelemetry>();
        system.Services.GetRequiredService<RequestTelemetry>();
        system.Services.GetRequiredService<RoleTelemetry>();
        return instruments;
    }

    /// <summary>As Prometheus translates the names of OpenTelemetry.</summary>
    private static string NameAtPrometheus(Instrument instrument) =>
        instrument.Name.Replace('.', '_')
        + instrument.Unit switch
        {
            "s" => "_seconds",
            "1" => "_ratio",
            _ => "",
        }
        + instrument switch
        {
            Counter<long> => "_total",
            Histogram<double> => "_bucket",
            _ => "",
        };

    [GeneratedRegex("ssfer_[a-z_]+", RegexOptions.CultureInvariant)]
    private static partial Regex PrometheusName();
}
