using System.Net;
using System.Net.Sockets;

namespace SsFer.Testing;

/// <summary>Ports nobody listens on. Another process may take one before its server does; that start then fails and says so.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
