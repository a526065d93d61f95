using System.Net;
using System.Net.Sockets;
using SsFer.LocalServers;

namespace SsFer.Testing.Tests;

[Trait("Category", "Slow")]
public sealed class ServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RabbitMq_StoppedKilledAndStartedAgain_AnswersOnItsPort()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        int port;
        await using (var server = await RabbitMqServer.StartAsync(new Dictionary<string, string> { ["consumer_timeout"] = "60000" }, Token))
        {
            port = server.Port;
            await server.StopAsync(Token);
            await AssertSilentAsync(port);
            await server.StartAgainAsync(Token);
            server.Kill();
            await AssertSilentAsync(port);
            await server.StartAgainAsync(Token);
        }

        await AssertSilentAsync(port);
    }

    [Fact]
    public async Task RabbitMq_UnknownSetting_FailsNamingIt()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        var settings = new Dictionary<string, string> { ["no.such.setting"] = "1" };
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => RabbitMqServer.StartAsync(settings, Token));
        Assert.Contains("no.such.setting", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azurite_StoppedAndStartedAgain_AnswersOnItsPort()
    {
        Assert.SkipUnless(AzuriteServer.IsInstalled, AzuriteServer.Needed);
        int port;
        await using (var server = await AzuriteServer.StartAsync(Token))
        {
            port = server.Port;
            Assert.NotEqual(server.ConnectionString, server.NextConnectionString());
            await server.StopAsync(Token);
            await AssertSilentAsync(port);
            await server.StartAgainAsync(Token);
        }

        await AssertSilentAsync(port);
    }

    [Fact]
    public void Port_OfAServer_IsNoneThatAConnectionIsGiven()
    {
        var (from, to) = FreePort.Ephemeral();
        var ports = Enumerable.Range(0, 200).Select(_ => FreePort.Next()).ToList();

        Assert.Distinct(ports);
        Assert.All(ports, port => Assert.False(port >= from && port <= to, $"{port} is one of {from} to {to}"));
    }

    private static async Task AssertSilentAsync(int port)
    {
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, port, Token).AsTask());
    }
}
