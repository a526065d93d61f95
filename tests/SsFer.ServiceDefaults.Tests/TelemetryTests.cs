using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SsFer.Testing.Telemetry;

namespace SsFer.ServiceDefaults.Tests;

public sealed class TelemetryTests
{
    private const string Program = "SsFer.Tested";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, Program)]
    [InlineData("tested-1", "tested-1")]
    public async Task Telemetry_WithAnEndpoint_IsExportedUnderTheServicesNameByTheTimeItStops(string? configured, string expected)
    {
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        using (var host = NewHost([.. receiver.Settings, ("OTEL_SERVICE_NAME", configured)]))
        {
            await host.StartAsync(Token);

            Emit(host);
            await host.StopAsync(Token);
        }

        Assert.Contains(receiver.Spans, span => (span.Service, span.Name) == (expected, "a span"));
        Assert.Contains((expected, "a.metric"), receiver.Metrics);
        Assert.Contains(receiver.Logs, log => (log.Service, log.Line) == (expected, "a line"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task Telemetry_WithoutAnEndpoint_IsNotCollected(string? endpoint)
    {
        using var host = NewHost([("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]);
        await host.StartAsync(Token);

        var (span, metric) = Emit(host);

        Assert.False(span || metric);
        Assert.Null(host.Services.GetService<TracerProvider>());
        Assert.Null(host.Services.GetService<MeterProvider>());
        Assert.DoesNotContain(host.Services.GetServices<ILoggerProvider>(), logger => logger is OpenTelemetryLoggerProvider);
        await host.StopAsync(Token);
    }

    private static IHost NewHost((string Key, string? Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = Program }
        );
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.AddServiceDefaults();
        return builder.Build();
    }

    /// <summary>A span, a metric and a line of a log; returns whether anybody took the first two.</summary>
    private static (bool Span, bool Metric) Emit(IHost host)
    {
        using var source = new ActivitySource("SsFer.Telemetry");
        var counter = host.Services.GetRequiredService<IMeterFactory>().Create("SsFer.Telemetry").CreateCounter<int>("a.metric");
        using var span = source.StartActivity("a span");
        counter.Add(1);
        host.Services.GetRequiredService<ILogger<TelemetryTests>>().LogInformation("a line");
        return (span is not null, counter.Enabled);
    }
}
