using System.Net;
using System.Net.Sockets;

namespace SsFer.LocalServers;

/// <summary>
/// Ports nobody listens on, of those that the system gives to no connection by itself: a server that is away for a while finds its
/// port free when it comes back. Each is given once in a process; processes begin at different places.
/// </summary>
public static class FreePort
{
    /// <summary>Below stand the ports of well-known services, those of databases, brokers and development servers among them.</summary>
    private const int First = 10_000;

    private const string EphemeralRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private static readonly int[] Ports = Candidates();
    private static int _given = Environment.ProcessId * 61; // so far apart that neighbours do not meet

    /// <exception cref="InvalidOperationException">All are in use.</exception>
    public static int Next()
    {
        for (var tried = 0; tried < Ports.Length; tried++)
        {
            var port = Ports[(uint)Interlocked.Increment(ref _given) % Ports.Length];
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"all {Ports.Length} ports from {First} on that are not for outgoing connections are in use");
    }

    /// <summary>From which to which port the system gives them to whoever asks for any.</summary>
    internal static (int From, int To) Ephemeral()
    {
        if (!File.Exists(EphemeralRange))
        {
            return (49_152, ushort.MaxValue); // the range of RFC 6335, which macOS and Windows keep to
        }

        var range = File.ReadAllText(EphemeralRange).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (
            int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    private static int[] Candidates()
    {
        var (from, to) = Ephemeral();
        int[] outside = [.. Enumerable.Range(First, ushort.MaxValue - First + 1).Where(port => port < from || port > to)];
        return outside.Length > 0 ? outside : [.. Enumerable.Range(First, ushort.MaxValue - First + 1)]; // a system that gives them all
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
