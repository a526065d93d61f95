using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace SsFer.AppHost;

internal static class AppHostDefaults
{
    /// <summary>What is configured counts instead.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["DcpPublisher:WaitForResourceCleanup"] = bool.TrueString, // a stop is over when everything has stopped in good order
        ["ASPIRE_VERSION_CHECK_DISABLED"] = bool.TrueString, // which asks the feed of packages at every start; the version is pinned
        ["Logging:LogLevel:Microsoft"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None), // every one until all is up
        ["Logging:LogLevel:Aspire.Hosting.Dcp"] = nameof(LogLevel.Error),
    };

    /// <summary>
    /// Aspire's own waits for ever, and the proxy before a service may take a request sooner than the service listens and never answer
    /// it: then nothing would be healthy again.
    /// </summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(10);

    public static IDistributedApplicationBuilder WithDefaults(this IDistributedApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(Defaults.Where(setting => builder.Configuration[setting.Key] is null));
        builder.Services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            foreach (var check in checks.Registrations)
            {
                check.Timeout = LongestCheck;
            }
        });
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddHostedService<OrderlyStop>();
        }

        return builder;
    }
}
