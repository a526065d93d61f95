using System.Collections.Concurrent;
using System.Net.Sockets;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client.Exceptions;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Logging;
using SsFer.ServiceDefaults.Messaging;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.ServiceDefaults.Tests;

public sealed class ServiceLogTests
{
    private static readonly Uri First = new("rabbitmq://broker:5672/first"),
        Second = new("rabbitmq://broker:5672/second");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Exception> Outages =>
        [
            new BrokerUnreachableException(new AuthenticationFailureException("refused")),
            new InvalidOperationException("outer", new SocketException((int)SocketError.ConnectionRefused)),
            new AggregateException(new ArtifactUnavailableException("runs/a", "refused")),
            new RabbitMqConnectionException("outer", new BrokerUnreachableException(new TimeoutException("refused"))),
        ];

    [Theory]
    [MemberData(nameof(Outages))]
    public void Entry_OfAnOutage_IsOneLineWithItsCause(Exception outage)
    {
        var text = Format("it\nfailed", outage);

        Assert.StartsWith("2026-11-23T08:00:00.000Z warn SsFer.Some: it failed (", text, StringComparison.Ordinal);
        Assert.Contains("refused", text, StringComparison.OrdinalIgnoreCase);
        Assert.Single(text.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Entry_OfADefect_KeepsItsStackTrace()
    {
        try
        {
            throw new InvalidOperationException("a defect");
        }
        catch (InvalidOperationException defect)
        {
            Assert.Contains($"at {typeof(ServiceLogTests).FullName}", Format("it failed", defect), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Broker_ThatIsAway_IsToldOnceHoweverManyQueuesAndTries()
    {
        var said = new Said();
        var watch = new BrokerWatch(new LoggerFactory([said]).CreateLogger<BrokerWatch>());
        var away = new BrokerUnreachableException(new SocketException((int)SocketError.ConnectionRefused));
        foreach (var queue in new[] { First, Second, First, Second })
        {
            await watch.Faulted(new Fault(queue, away));
        }

        await watch.Ready(new Answered(First));
        Assert.Single(said.Lines);

        await watch.Ready(new Answered(Second));
        await watch.Ready(new Answered(Second));

        Assert.Equal(
            [
                "Warning: the broker at broker:5672 does not answer (Connection refused): it is tried again until it does; "
                    + "meanwhile work is found by looking",
                "Information: the broker answers again",
            ],
            said.Lines
        );
    }

    [Fact]
    public async Task Broker_ThatRefusesTheLogin_IsToldWithTheSettingToCorrect()
    {
        var said = new Said();
        await new BrokerWatch(new LoggerFactory([said]).CreateLogger<BrokerWatch>()).Faulted(
            new Fault(First, new BrokerUnreachableException(new AuthenticationFailureException("ACCESS_REFUSED")))
        );

        Assert.Contains(
            "ACCESS_REFUSED): correct user and password in ConnectionStrings:messaging",
            Assert.Single(said.Lines),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Service_WhoseBrokerIsAway_SaysSoInOneLineWithoutThePassword()
    {
        var said = new Said();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:messaging"] = "amqp://guest:geheim@127.0.0.1:1",
                ["urls"] = "http://127.0.0.1:0",
            }
        );
        builder.Logging.ClearProviders().AddProvider(said);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        await using var app = builder.Build();
        await app.StartAsync(Token);

        await said.Until("the broker at 127.0.0.1:1 does not answer", Token);

        await app.StopAsync(Token);
        Assert.DoesNotContain(said.Lines, line =>
            line.Contains('\n', StringComparison.Ordinal) || line.Contains("geheim", StringComparison.Ordinal)
        );
        Assert.Single(said.Lines, line =>
            line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)
        );
    }

    private static string Format(string message, Exception fault)
    {
        using var text = new StringWriter();
        var formatter = new ServiceLogFormatter(new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero)));
        formatter.Write(new LogEntry<string>(LogLevel.Warning, "SsFer.Some", default, message, fault, (state, _) => state), null, text);
        return text.ToString();
    }

    [Fact]
    public async Task Store_ThatIsAway_IsToldOnceHoweverManyTries()
    {
        var said = new Said();
        using var script = new ScriptedStore();
        var store = new ResilientArtifactStore(
            script,
            new StoreResilienceOptions { FirstPause = TimeSpan.Zero, Retries = 3 },
            script.Scratch,
            TimeProvider.System,
            new LoggerFactory([said]).CreateLogger<ResilientArtifactStore>()
        );
        script.Fail([.. Enumerable.Range(0, 6).Select(_ => new IOException("cable cut"))]);
        await Assert.ThrowsAsync<ArtifactUnavailableException>(() => store.ExistsAsync("runs/a", Token));

        await store.ExistsAsync("runs/a", Token);
        await store.ExistsAsync("runs/a", Token);

        Assert.Equal(
            ["Warning: looking for 'runs/a' failed, it is tried again for a while: cable cut", "Information: the store answers again"],
            said.Lines
        );
    }

    [Fact]
    public async Task StoreCheck_OfAStoreThatIsAway_SaysWhyWithoutAStackTrace()
    {
        using var script = new ScriptedStore();
        script.Fail(new ArtifactUnavailableException("models", "cable cut"));
        var check = new HealthCheckRegistration("store", new ArtifactStoreHealthCheck(script), HealthStatus.Unhealthy, tags: null);

        var result = await check.Factory(null!).CheckHealthAsync(new HealthCheckContext { Registration = check }, Token);

        Assert.Equal((HealthStatus.Unhealthy, null), (result.Status, result.Exception));
        Assert.Contains("cable cut", result.Description, StringComparison.Ordinal);
    }

    private sealed record Fault(Uri InputAddress, Exception Exception) : ReceiveEndpointFaulted
    {
        public IReceiveEndpoint ReceiveEndpoint => null!;
    }

    private sealed record Answered(Uri InputAddress) : ReceiveEndpointReady
    {
        public IReceiveEndpoint ReceiveEndpoint => null!;

        public bool IsStarted => true;
    }

    private sealed class Said : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> Lines => [.. _lines];

        public async Task Until(string part, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            while (!Lines.Any(line => line.Contains(part, StringComparison.Ordinal)))
            {
                await Task.Delay(20, limit.Token);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");

        public void Dispose() { }
    }
}
