using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;
using SsFer.ServiceDefaults.Logging;

namespace SsFer.ServiceDefaults;

/// <summary>What every service of the system has in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Ready to work: the store and the bus answer, unless the service <see cref="WorksThroughOutages">works without them</see>.
    /// </summary>
    public const string HealthPath = "/health";

    /// <summary>The process lives and answers.</summary>
    public const string AlivePath = "/alive";

    private const string LiveTag = "live";

    /// <summary>
    /// How long a stop may take in all. Three seconds less than the 25 s after which a service must be gone: what has not ended
    /// then is cut off, and its claim goes stale.
    /// </summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(22);

    /// <summary>
    /// A log that is read line by line, telemetry to OTLP and for Prometheus where that is configured, health checks, service
    /// discovery, HTTP clients that try again, problems as answers, and an orderly stop.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddServiceLog();
        builder.AddTelemetry();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddProblemAnswers();
        builder.AddHostNames();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            client.AddStandardResilienceHandler();
            client.AddServiceDiscovery();
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>
    /// Says that the service answers without store and bus for a while: an outage of theirs is then told as degraded, which keeps
    /// the instance in rotation, instead of taking every replica out of it at once.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="essential">Name of the one check that speaks for the service itself and stays as it is.</param>
    public static TBuilder WorksThroughOutages<TBuilder>(this TBuilder builder, string essential)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.PostConfigure<HealthCheckServiceOptions>(health =>
        {
            foreach (var check in health.Registrations.Where(check => check.Name != essential))
            {
                check.FailureStatus = HealthStatus.Degraded;
            }
        });
        return builder;
    }

    /// <summary>
    /// The probes, which anybody may ask, metrics where they are to be fetched, and in front of every endpoint of the service what
    /// answers where none of them does and what asks who calls.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts(); // over https alone
        }

        app.UseProblemAnswers();
        app.UseSameOrigin();
        app.UseAccess();
        app.MapHealthChecks(HealthPath).ForAnybody();
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).ForAnybody();
        app.MapMetrics();
        return app;
    }

    private static void ForAnybody(this IEndpointConventionBuilder probe)
    {
        probe.AllowAnonymous();
        probe.DisableRateLimiting();
    }
}
