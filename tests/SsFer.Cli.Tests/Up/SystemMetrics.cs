using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SsFer.Cli.Commands.Up;
using SsFer.Inference.Candidates;
using SsFer.Inference.Http;
using SsFer.StageHosting;

namespace SsFer.Cli.Tests.Up;

/// <summary>The metrics of all services.</summary>
internal static partial class SystemMetrics
{
    /// <summary>What the services themselves measure.</summary>
    public static async Task<IReadOnlyList<Instrument>> InstrumentsAsync(string store)
    {
        var instruments = new List<Instrument>();
        await using var system = LocalSystem.Build(store, port: 0, device: "cpu");
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
    public static string NameAtPrometheus(Instrument instrument) =>
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

    /// <summary>The metrics of the services that a text of expressions names, each once.</summary>
    public static IEnumerable<string> NamesIn(string expressions) =>
        PrometheusName().Matches(expressions).Select(name => name.Value).Distinct().Order(StringComparer.Ordinal);

    public static Task<string> DocumentAsync(string name) => File.ReadAllTextAsync(PathOf(name), TestContext.Current.CancellationToken);

    /// <summary>Of a document that lies beside the tests.</summary>
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "documents", name);

    [GeneratedRegex("ssfer_[a-z_]+", RegexOptions.CultureInvariant)]
    private static partial Regex PrometheusName();
}
