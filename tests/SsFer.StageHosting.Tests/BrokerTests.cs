using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults.Messaging;
using SsFer.Testing;
using static SsFer.StageHosting.Tests.WorkerBench;

namespace SsFer.StageHosting.Tests;

/// <summary>The worker on a real broker.</summary>
public sealed class BrokerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Worker_OverRabbitMq_IsWokenAndTellsEveryoneOfItsStages()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        await using var broker = await RabbitMqServer.StartAsync(new Dictionary<string, string>(), Token);
        await using var bench = new WorkerBench(
            ("ConnectionStrings:messaging", broker.Uri.ToString()),
            ("StageWorker:AnnouncementTimeout", "00:00:20")
        );
        var others = new HeardEvents();
        using var another = Listener(broker, others);
        await bench.StartAsync();
        await another.StartAsync(Token);
        await bench.UntilConnectedAsync();
        await UntilConnectedAsync(another.Services);
        await bench.CreateRunAsync();

        Assert.True(await bench.Announcer.WakeStartableAsync(Run, Token));

        Assert.Equal(First, (await bench.Events.NextAsync<EncoderPretrained>(Token)).Stage);
        Assert.Equal(Second, (await bench.Events.NextAsync<ClassifierFineTuned>(Token)).Stage);
        Assert.Equal(2, bench.Script.Done.Count);
        // Two processes that subscribe are two: neither takes the other's messages.
        Assert.Equal(First, (await others.NextAsync<EncoderPretrained>(Token)).Stage);
        Assert.Equal(Second, (await others.NextAsync<ClassifierFineTuned>(Token)).Stage);
        await another.StopAsync(Token);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Login_Refused_IsTriedAgainUntilTheBrokerLetsTheServiceIn()
    {
        const string Late = "late";
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        await using var broker = await RabbitMqServer.StartAsync(new Dictionary<string, string>(), Token);
        var address = new UriBuilder(broker.Uri) { UserName = Late, Password = Late }.Uri;
        await using var bench = new WorkerBench(("ConnectionStrings:messaging", address.ToString()));
        await bench.StartAsync();

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!bench.Log.Any(told => told.Line.Contains("refuses the login", StringComparison.Ordinal)))
        {
            await Task.Delay(100, patience.Token);
        }

        await broker.StopAsync(Token);
        await broker.SetUserAsync(Late, Late, Token);
        await broker.StartAgainAsync(Token);

        await bench.UntilConnectedAsync();
        await bench.CreateRunAsync();
        Assert.True(await bench.Announcer.WakeStartableAsync(Run, Token));
        Assert.Equal(Second, (await bench.Events.NextAsync<ClassifierFineTuned>(Token)).Stage);
    }

    private static IHost Listener(RabbitMqServer broker, HeardEvents events)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:messaging", broker.Uri.ToString())]);
        builder.AddMessaging(events.Subscribe);
        return builder.Build();
    }
}
