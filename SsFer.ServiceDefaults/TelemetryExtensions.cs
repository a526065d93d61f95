using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SsFer.ServiceDefaults;

internal static class TelemetryExtensions
{
    /// <summary>Every source and meter of the project has a name that begins so.</summary>
    private const string OwnSources = "SsFer.*";

    private const string MetricsPath = "/metrics";

    /// <summary>
    /// Exporter, protocol and headers come from the standard OTEL_ variables, and the service's name where one is given (else it is
    /// the program's). Metrics are also there to be fetched where <see cref="TelemetryOptions.Prometheus"/> says so. Without either
    /// nothing is collected.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        var (isSent, isFetched) = (
            !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]),
            builder.Configuration.IsFetched()
        );
        if (!isSent && !isFetched)
        {
            return;
        }

        var telemetry = builder
            .Services.AddOpenTelemetry()
            // Again, as the last word: a name that is given counts
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter("MassTransit", "Polly", OwnSources)
            );
        if (isFetched)
        {
            telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter());
        }

        if (isSent)
        {
            builder.Logging.AddOpenTelemetry(logging =>
            {
                logging.IncludeFormattedMessage = true;
                logging.IncludeScopes = true;
            });
            // A trace is what somebody asked for and what it led to: a run with its stages, a request for answers. Looking is none,
            // whether people look at a run or workers at the store: it repeats for ever, and metrics tell of it.
            telemetry
                .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation(web => web.Filter = IsOrder).AddSource(OwnSources))
                .UseOtlpExporter();
        }
    }

    /// <summary>
    /// Where metrics are fetched. It says nothing of who may: as all that says nothing, it is for keys of the role operate where keys are
    /// demanded.
    /// </summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (app.Configuration.IsFetched())
        {
            app.MapPrometheusScrapingEndpoint(MetricsPath);
        }
    }

    /// <summary>What is neither true nor false is said when the options are validated.</summary>
    private static bool IsFetched(this IConfiguration configuration) =>
        bool.TryParse(configuration[TelemetryOptions.PrometheusKey], out var isFetched) && isFetched;

    private static bool IsOrder(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
}
