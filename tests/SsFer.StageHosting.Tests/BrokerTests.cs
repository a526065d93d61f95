using SsFer.Contracts.Events;
using SsFer.Testing;
using static SsFer.StageHosting.Tests.WorkerBench;

namespace SsFer.StageHosting.Tests;

/// <summary>The worker on a real broker.</summary>
public sealed class BrokerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Worker_OverRabbitMq_IsWokenAndTellsOfItsStages()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        await using var broker = await RabbitMqServer.StartAsync(new Dictionary<string, string>(), Token);
        await using var bench = new WorkerBench(
            ("ConnectionStrings:messaging", broker.Uri.ToString()),
            ("StageWorker:AnnouncementTimeout", "00:00:20")
        );
        await bench.StartAsync();
        await bench.UntilConnectedAsync();
        await bench.CreateRunAsync();

        Assert.True(await bench.Announcer.WakeStartableAsync(Run, Token));

        Assert.Equal(First, (await bench.Events.NextAsync<EncoderPretrained>(Token)).Stage);
        Assert.Equal(Second, (await bench.Events.NextAsync<ClassifierFineTuned>(Token)).Stage);
        Assert.Equal(2, bench.Script.Done.Count);
    }
}
