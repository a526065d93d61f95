using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Messaging;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.ServiceDefaults.Tests;

public sealed class ServiceStartTests : IDisposable
{
    private const string Azurite =
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-defaults-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ConnectionStrings:blobs", "", "ConnectionStrings:blobs is missing: set it to")]
    [InlineData("ConnectionStrings:blobs", "folder:", "ConnectionStrings:blobs names no folder")]
    [InlineData("ConnectionStrings:blobs", "AccountKey=hidden", "ConnectionStrings:blobs is in none of the known forms")]
    [InlineData("ConnectionStrings:messaging", "", "ConnectionStrings:messaging is missing: set it to")]
    [InlineData("ConnectionStrings:messaging", "localhost:5672", "ConnectionStrings:messaging is not the URI of a RabbitMQ broker")]
    [InlineData("Store:FaultInjection:Enabled", "true", "Store:FaultInjection:Enabled is true in the Production environment")]
    [InlineData("Store:FaultInjection:FailureRate", "2", "FailureRate")]
    [InlineData("Store:CacheBytes", "1000", "CacheBytes")]
    [InlineData("Telemetry:Prometheus", "perhaps", "Telemetry:Prometheus")]
    [InlineData("Store:Resilience:Retries", "many", "Store:Resilience:Retries")]
    [InlineData(
        "Store:Resilience:AttemptTimeout",
        "00:01:00",
        "Store:Resilience:AttemptTimeout (00:01:00) is longer than Store:Resilience:TotalTimeout"
    )]
    public void Start_WrongConfiguration_IsRefusedInOneLineThatNamesTheKey(string key, string value, string expected)
    {
        using var app = App(Configured(key, value));

        var lines = app.ConfigurationFaults();

        var line = Assert.Single(lines);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("hidden", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings:blobs", Azurite)]
    [InlineData("ConnectionStrings:blobs", "UseDevelopmentStorage=true")]
    [InlineData("ConnectionStrings:blobs", "https://account.blob.core.windows.net/")]
    [InlineData("ConnectionStrings:messaging", "amqps://user:p%40ss@broker.example/vhost")]
    public void Start_KnownForms_AreAccepted(string key, string value)
    {
        using var app = App(Configured(key, value));

        Assert.Empty(app.ConfigurationFaults());
        Assert.NotNull(app.Services.GetRequiredService<IArtifactStore>());
        Assert.NotNull(app.Services.GetRequiredService<IMessageBus>());
    }

    [Fact]
    public void Store_Folder_IsReadInPlace()
    {
        using var app = App(Configured());

        Assert.IsAssignableFrom<ILocalFiles>(app.Services.GetRequiredService<IArtifactStore>());
    }

    [Fact]
    public void Cache_OfAFolderStore_IsBesideItAndOfTheSizeAskedFor()
    {
        using var app = App(Configured("Store:CacheBytes", "2000000"));
        using var plain = App(Configured());

        var cache = app.Services.GetRequiredService<CacheSpace>();
        Assert.Equal((Path.Combine(_folder.FullName, ".cache"), 2_000_000), (cache.Folder, cache.Bytes));
        Assert.Equal(50L * 1024 * 1024 * 1024, plain.Services.GetRequiredService<CacheSpace>().Bytes);
    }

    [Fact]
    public void Store_BlobService_IsTriedAgain()
    {
        using var app = App(Configured("ConnectionStrings:blobs", Azurite));

        Assert.IsType<ResilientArtifactStore>(app.Services.GetRequiredService<IArtifactStore>());
    }

    [Fact]
    public async Task Probes_StoreAndBusInProcess_AnswerWell()
    {
        await using var app = App(Configured("ConnectionStrings:messaging", ""), shared: true);
        Assert.Empty(app.ConfigurationFaults());
        await app.StartAsync(Token);
        // At once: its queues stand
        var health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        using var client = Client(app);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/alive", UriKind.Relative), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/health", UriKind.Relative), Token)).StatusCode);
        await app.StopAsync(Token);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Probes_BrokerAndStoreAway_AliveButNotReady()
    {
        var settings = Configured("ConnectionStrings:blobs", Azurite);
        await using var app = App(settings);
        await app.StartAsync(Token);
        using var client = Client(app);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/alive", UriKind.Relative), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri("/health", UriKind.Relative), Token)).StatusCode);
        await app.StopAsync(Token);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Probes_BrokerAndStoreAway_OfAServiceThatWorksWithoutThem_StayReady()
    {
        await using var app = App(Configured("ConnectionStrings:blobs", Azurite), configure: builder =>
            builder.WorksThroughOutages("model")
        );
        await app.StartAsync(Token);
        using var client = Client(app);

        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), Token);

        Assert.Equal((HttpStatusCode.OK, "Degraded"), (health.StatusCode, await health.Content.ReadAsStringAsync(Token)));
        await app.StopAsync(Token);
    }

    [Theory]
    [InlineData("urls", "http://127.0.0.1:{0}")]
    [InlineData("urls", "http://localhost:0;http://localhost:{0}")]
    [InlineData("http_ports", "{0}")]
    [InlineData("Kestrel:Endpoints:Web:Url", "http://*:{0}")]
    public async Task Start_AtAnAddressThatIsTaken_IsRefusedInOneLine(string key, string value)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var settings = Configured("ConnectionStrings:messaging", "");
        settings["urls"] = null;
        settings[key] = string.Format(CultureInfo.InvariantCulture, value, port);
        await using var app = App(settings, shared: true);

        var line = Assert.Single(app.ConfigurationFaults());

        Assert.Contains($":{port}: stop it, or set another address", line, StringComparison.Ordinal);
        Assert.Equal(ServiceRunExtensions.MisconfiguredExitCode, await app.RunServiceAsync());
    }

    [Fact]
    public async Task Messaging_AddedByTwoServicesOfAProcess_ReachesTheConsumersOfBoth()
    {
        var heard = new Heard();
        await using var app = App(Configured("ConnectionStrings:messaging", ""), shared: true, builder =>
        {
            builder.AddMessaging(queues => queues.Share<Said>("first", (_, _) => heard.Once()));
            builder.AddMessaging(queues => queues.Each<Said>("second", (_, _) => heard.Once()));
        });
        await app.StartAsync(Token);

        await app.Services.GetRequiredService<IMessageBus>().PublishAsync(new Said("hello"), Token);

        await heard.Twice.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
        await app.StopAsync(Token);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static WebApplication App(
        Dictionary<string, string?> settings,
        bool shared = false,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        if (shared)
        {
            builder.ShareProcess();
        }

        builder.AddServiceDefaults();
        builder.AddArtifactStore();
        builder.AddMessaging();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }

    private static HttpClient Client(WebApplication app) =>
        new()
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        };

    private Dictionary<string, string?> Configured(string? key = null, string? value = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:blobs"] = $"folder:{_folder.FullName}",
            ["ConnectionStrings:messaging"] = "amqp://guest:guest@127.0.0.1:1",
            ["urls"] = "http://127.0.0.1:0",
        };
        if (key is not null)
        {
            settings[key] = value;
        }

        return settings;
    }

    internal sealed record Said(string Word);

    internal sealed class Heard
    {
        private int _count;

        public TaskCompletionSource Twice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Once()
        {
            if (Interlocked.Increment(ref _count) == 2)
            {
                Twice.SetResult();
            }
        }
    }
}
