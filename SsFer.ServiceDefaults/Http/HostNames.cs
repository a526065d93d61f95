using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SsFer.ServiceDefaults.Http;

/// <summary>Names that a service answers to without being told, beside those of the machine.</summary>
internal sealed class OwnNames
{
    public List<string> Names { get; } = [];
}

/// <summary>
/// Which host names a service answers to. A page elsewhere may let a name of its own lead to this machine (DNS rebinding), and would
/// then be of the same origin: so only names are taken that nobody outside can give out. The addresses that the machine has at start are
/// no names and always taken, for probes of an orchestrator come to them; one that only others know it by, such as its host's, has to be
/// listed.
/// </summary>
public static class HostNames
{
    internal const string Setting = "AllowedHosts";

    /// <summary>The service is known by this name in its network, such as that of containers beside it.</summary>
    public static TBuilder AnswersTo<TBuilder>(this TBuilder builder, string name)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.Configure<OwnNames>(own => own.Names.Add(name));
        return builder;
    }

    internal static void AddHostNames(this IHostApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<HostFilteringOptions>()
            .PostConfigure<IConfiguration, IOptions<OwnNames>>(
                (hosts, configuration, own) => hosts.AllowedHosts = [.. Allowed(configuration[Setting], own.Value)]
            );
        builder.Services.AddHostedService<HostNamesNotice>();
    }

    internal static IEnumerable<string> Allowed(string? configured, OwnNames own) =>
        Parts(configured) is { Length: > 0 } named
            ? [.. named, .. Addresses()]
            : ["localhost", "*.localhost", Environment.MachineName, .. own.Names, .. Addresses()];

    private static string[] Parts(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static IEnumerable<string> Addresses() =>
        OfInterfaces()
            .Append(IPAddress.Loopback)
            .Append(IPAddress.IPv6Loopback)
            .Select(address => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Unscoped(address)}]" : $"{address}")
            .Distinct(StringComparer.Ordinal);

    private static IPAddress Unscoped(IPAddress address) => new(address.GetAddressBytes());

    private static IEnumerable<IPAddress> OfInterfaces()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(OfInterface)];
        }
        catch (NetworkInformationException)
        {
            return []; // a system that does not tell: AllowedHosts can still name them
        }
    }

    private static IEnumerable<IPAddress> OfInterface(NetworkInterface network) =>
        network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address);
}

/// <summary>Says at start which names are taken, where nobody said so.</summary>
internal sealed partial class HostNamesNotice(
    IConfiguration configuration,
    IOptions<OwnNames> own,
    IHostEnvironment environment,
    ILogger<HostNamesNotice> logger
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment() && own.Value.Names.Count > 0 && string.IsNullOrWhiteSpace(configuration[HostNames.Setting]))
        {
            LogNames(string.Join(", ", HostNames.Allowed(configured: null, own.Value)));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "AllowedHosts is not set: set it to the names that clients call; answered are {Names}")]
    private partial void LogNames(string names);
}
