using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace SsFer.ServiceDefaults.Logging;

internal static class ServiceLogExtensions
{
    /// <summary>Whatever an operator sets (<c>Logging:LogLevel:...</c>, <c>Logging:Console:FormatterName</c>) counts instead.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:Console:FormatterName"] = ServiceLogFormatter.FormatterName,
        // Several entries a request and a probe, which traces and metrics tell better.
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:System.Net.Http"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Polly"] = nameof(LogLevel.Error), // the store's own retries are told by the store
        ["Logging:LogLevel:MassTransit"] = nameof(LogLevel.Error), // every try to reach the broker; see BrokerWatch
        // every probe until all is up; see /health
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None),
    };

    /// <summary>A line for each matter on the console, and no more of what libraries say than an operator can use.</summary>
    public static void AddServiceLog(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(Defaults.Where(setting => builder.Configuration[setting.Key] is null));
        builder.Logging.AddConsoleFormatter<ServiceLogFormatter, ConsoleFormatterOptions>();
    }
}
