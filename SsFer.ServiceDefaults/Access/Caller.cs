using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using SsFer.Artifacts.Access;

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
