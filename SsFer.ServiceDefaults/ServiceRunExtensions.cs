using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SsFer.ServiceDefaults;

/// <summary>Starts a service, or says in one line for each fault why its configuration does not let it start.</summary>
public static class ServiceRunExtensions
{
    /// <summary>
    /// The configuration is missing something, contradicts itself, or names an address that is taken: wrong usage, as of a command.
    /// </summary>
    public const int MisconfiguredExitCode = 2;

    /// <summary>Runs until told to stop.</summary>
    /// <returns>
    /// The exit code: 0 after an orderly stop, <see cref="MisconfiguredExitCode"/> where the service refused to start, and what stands in
    /// <see cref="Environment.ExitCode"/> where a service gave up.
    /// </returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        await using var _ = app;
        if (app.ConfigurationFaults() is { Count: > 0 } faults)
        {
            foreach (var fault in faults)
            {
                await Console.Error.WriteLineAsync($"error: {fault}");
            }

            return MisconfiguredExitCode;
        }

        await app.RunAsync();
        return Environment.ExitCode;
    }

    /// <summary>
    /// What the configuration is refused for, a line each. Asked for before the host starts: the host would log each fault with its
    /// stack trace.
    /// </summary>
    public static IReadOnlyList<string> ConfigurationFaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            return ListenAddresses.FaultsOf(app.Configuration);
        }
        catch (Exception fault) when (LinesOf(fault) is { Count: > 0 } lines)
        {
            return lines;
        }
    }

    private static List<string> LinesOf(Exception fault) =>
        fault switch
        {
            AggregateException several => [.. several.InnerExceptions.SelectMany(LinesOf).Distinct(StringComparer.Ordinal)],
            OptionsValidationException invalid => [.. invalid.Failures],
            // What the configuration binder says when a text is no number, time or truth value; it names the key.
            InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unreadable => [unreadable.Message],
            _ => [],
        };
}
