using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace SsFer.ServiceDefaults;

/// <summary>
/// The addresses that a service is to listen at, tried before the host starts: the host would begin to work first, and then log a
/// taken port with its stack trace. One that is taken in between is still found by the server.
/// </summary>
internal static class ListenAddresses
{
    private const string Default = "http://localhost:5000"; // Kestrel's own

    /// <summary>A line for each that another process listens at.</summary>
    public static IReadOnlyList<string> FaultsOf(IConfiguration configuration) =>
        [
            .. Of(configuration)
                .Where(IsTaken)
                .Select(address =>
                    $"another process listens at {address}: stop it, or set another address (ASPNETCORE_URLS or --urls; ssfer up: --port)"
                ),
        ];

    /// <summary>In the order in which Kestrel prefers them.</summary>
    private static IEnumerable<string> Of(IConfiguration configuration)
    {
        var endpoints = configuration
            .GetSection("Kestrel:Endpoints")
            .GetChildren()
            .Select(endpoint => endpoint["Url"])
            .OfType<string>()
            .ToList();
        if (endpoints.Count > 0)
        {
            return endpoints;
        }

        if (configuration["urls"] is { Length: > 0 } urls)
        {
            return Parts(urls);
        }

        var ports = Parts(configuration["http_ports"])
            .Select(port => $"http://*:{port}")
            .Concat(Parts(configuration["https_ports"]).Select(port => $"https://*:{port}"))
            .ToList();
        return ports.Count > 0 ? ports : [Default];
    }

    private static string[] Parts(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsTaken(string text)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return false; // the server says what is wrong with it
        }

        if (address.Port == 0 || address.IsUnixPipe || address.IsNamedPipe)
        {
            return false;
        }

        var ip =
            address.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(address.Host, out var given) ? given
            : IPAddress.Any;
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, address.Port));
            return false;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode == SocketError.AddressAlreadyInUse; // any other the server meets, too, and tells better
        }
    }
}
