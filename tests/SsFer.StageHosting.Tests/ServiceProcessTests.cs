using System.Net;
using System.Net.Sockets;

namespace SsFer.StageHosting.Tests;

/// <summary>A service as it is deployed: its executable, its exit code, its words.</summary>
[Trait("Category", "Slow")]
public sealed class ServiceProcessTests : IDisposable
{
    private const string Service = "SsFer.Pretraining";
    private const string NoBroker = "amqp://guest:guest@127.0.0.1:1";
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-service-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SsFer.FaceDetection")]
    [InlineData(Service)]
    public async Task Start_NothingConfigured_NamesBothConnectionsAndEndsWithTwo(string name)
    {
        using var service = new ServiceProcess(name, []);

        Assert.Equal(2, await service.ExitAsync(StartPatience, Token));
        Assert.Equal(2, service.Errors.Count);
        Assert.Contains(service.Errors, line => line.StartsWith("error: ConnectionStrings:blobs is missing", StringComparison.Ordinal));
        Assert.Contains(service.Errors, line => line.StartsWith("error: ConnectionStrings:messaging is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_EverythingWrong_SaysAllOfItWithoutAStackTrace()
    {
        using var service = new ServiceProcess(
            Service,
            [
                ("ConnectionStrings:blobs", $"folder:{_folder.FullName}"),
                ("ConnectionStrings:messaging", NoBroker),
                ("Compute:Device", "gpu"),
                ("Compute:Precision", "fp8"),
                ("Drills:ExitAt", "lunch"),
                ("StageProtocol:StaleAfter", "00:00:20"),
                ("StageWorker:LookInterval", "00:00:00"),
            ]
        );

        Assert.Equal(2, await service.ExitAsync(StartPatience, Token));
        Assert.All(service.Errors, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        Assert.Contains(service.Errors, line => line.Contains("unknown device 'gpu': use auto, cpu", StringComparison.Ordinal));
        Assert.Contains("error: Compute:Precision is 'fp8': use auto, fp32 or bf16", service.Errors);
        Assert.Contains(service.Errors, line => line.Contains("Drills:ExitAt is 'lunch'", StringComparison.Ordinal));
        Assert.Contains(service.Errors, line =>
            line.Contains("StaleAfter (00:00:20) must be at least three times", StringComparison.Ordinal)
        );
        Assert.Contains(service.Errors, line => line.Contains("Store:Resilience:TotalTimeout", StringComparison.Ordinal));
        Assert.Contains(service.Errors, line => line.Contains("LookInterval", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Drills:ExitAt", "after-record")]
    [InlineData("Drills:StageLasts", "00:04:00")]
    [InlineData("Drills:Machine", "elsewhere")]
    [InlineData("Drills:ProgressPause", "00:00:01")]
    [InlineData("Store:FaultInjection:Enabled", "true")]
    public async Task Start_DrillInProduction_IsRefused(string key, string value)
    {
        using var service = new ServiceProcess(
            Service,
            [
                ("ConnectionStrings:blobs", $"folder:{_folder.FullName}"),
                ("ConnectionStrings:messaging", NoBroker),
                ("environment", "Production"),
                (key, value),
            ]
        );

        Assert.Equal(2, await service.ExitAsync(StartPatience, Token));
        Assert.Contains("Production", Assert.Single(service.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoInOneLineAndEndsWithTwo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var service = new ServiceProcess(
            Service,
            [
                ("ConnectionStrings:blobs", $"folder:{_folder.FullName}"),
                ("ConnectionStrings:messaging", NoBroker),
                ("urls", $"http://127.0.0.1:{port}"),
            ]
        );

        Assert.Equal(2, await service.ExitAsync(StartPatience, Token));
        Assert.StartsWith(
            $"error: another process listens at http://127.0.0.1:{port}: stop it",
            Assert.Single(service.Errors),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Terminate_BrokerAway_IsAliveUntilThenAndGoneWithin25Seconds()
    {
        using var service = new ServiceProcess(
            Service,
            [("ConnectionStrings:blobs", $"folder:{_folder.FullName}"), ("ConnectionStrings:messaging", NoBroker)]
        );
        var address = await service.AddressAsync(Token);
        using var client = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/alive", UriKind.Relative), Token)).StatusCode);

        service.Terminate();

        Assert.Equal(0, await service.ExitAsync(TimeSpan.FromSeconds(25), Token));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
