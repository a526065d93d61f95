using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SsFer.Artifacts.Access;
using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Access;

/// <summary>Whose request it is.</summary>
public static class Caller
{
    private const int NetworkBytes = 8; // of an IPv6 address: who has one has all of its network

    /// <summary>What limits and turns count by: the key, or the address (its network where one has many) where there is none.</summary>
    public static string Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return KeyOf(context) is { } key ? $"key {key.Id}" : AddressOf(context);
    }

    /// <summary>The key that the request was let in by; null where none was demanded.</summary>
    public static ApiKey? KeyOf(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Presented>()?.Key;
    }

    /// <summary>Asks again what was asked when the request was let in: one that lasts may outlive its key.</summary>
    /// <exception cref="RequestRefusedException">The key was revoked meanwhile.</exception>
    public static void RequireKeyStillValid(HttpContext context)
    {
        if (KeyOf(context) is { } key && !context.RequestServices.GetRequiredService<ApiKeyring>().IsValid(key))
        {
            throw new RequestRefusedException(
                StatusCodes.Status401Unauthorized,
                $"API key {key.Id} was revoked: ask for another, and begin again with it"
            );
        }
    }

    /// <summary>Counts a part of a request, such as a frame of a stream, as a request of this caller.</summary>
    /// <exception cref="RequestRefusedException">It has made as many in this minute as it may.</exception>
    public static void CountAnother(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.RequestServices.GetService<CallerLimits>()?.Count(context);
    }

    internal static void Remember(HttpContext context, ApiKey key) => context.Features.Set(new Presented(key));

    private static string AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } wide => Convert.ToHexString(wide.GetAddressBytes().AsSpan(0, NetworkBytes)),
            IPAddress narrow => narrow.ToString(),
        };

    private sealed record Presented(ApiKey Key);
}
