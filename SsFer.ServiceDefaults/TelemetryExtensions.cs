using Microsoft.AspNetCore.Http;
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

    /// <summary>
    /// Exporter, protocol and headers come from the standard OTEL_ variables, and the service's name where one is given (else it is
    /// the program's); without an endpoint nothing is collected.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder
            .Services.AddOpenTelemetry()
            // Again, as the last word: a name that is given counts
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter("MassTransit", "Polly", OwnSources)
            )
            // A trace is what somebody asked for and what it led to: a run with its stages, a request for answers. Looking is none,
            // whether people look at a run or workers at the store: it repeats for ever, and metrics tell of it.
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation(web => web.Filter = IsOrder).AddSource(OwnSources))
            .UseOtlpExporter();
    }

    private static bool IsOrder(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
}
