namespace SsFer.Cli.Tests.Up;

/// <summary>Holds the Grafana dashboard to the metrics that there are, and the metrics to the dashboard and the document.</summary>
public sealed class MetricsDashboardTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Dashboard_AsksForExactlyTheMetricsThatThereAre()
    {
        var instruments = await SystemMetrics.InstrumentsAsync(_material.Root);

        Assert.Equal(
            instruments.Select(SystemMetrics.NameAtPrometheus).Order(StringComparer.Ordinal),
            SystemMetrics.NamesIn(await SystemMetrics.DocumentAsync("ssfer.json"))
        );
    }

    [Fact]
    public async Task Operations_NamesEveryMetric()
    {
        var document = await SystemMetrics.DocumentAsync("operations.md");

        Assert.All(await SystemMetrics.InstrumentsAsync(_material.Root), instrument =>
            Assert.Contains($"`{instrument.Name}`", document, StringComparison.Ordinal)
        );
    }

    public void Dispose() => _material.Dispose();
}
