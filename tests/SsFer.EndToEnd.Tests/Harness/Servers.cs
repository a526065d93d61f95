using SsFer.EndToEnd.Tests.Harness;
using SsFer.Testing;

[assembly: AssemblyFixture(typeof(Servers))]

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>One broker and one blob service for all tests, started by the first that asks.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitMqServer>> _broker = new(() =>
        RabbitMqServer.StartAsync(new Dictionary<string, string>(), CancellationToken.None)
    );
    private readonly Lazy<Task<AzuriteServer>> _blobs = new(() => AzuriteServer.StartAsync(CancellationToken.None));

    /// <summary>Skips the test where they cannot be had.</summary>
    public static void Require()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        Assert.SkipUnless(AzuriteServer.IsInstalled, AzuriteServer.Needed);
    }

    public Task<RabbitMqServer> BrokerAsync() => _broker.Value;

    public Task<AzuriteServer> BlobsAsync() => _blobs.Value;

    public async ValueTask DisposeAsync()
    {
        if (_broker.IsValueCreated)
        {
            await (await _broker.Value).DisposeAsync();
        }

        if (_blobs.IsValueCreated)
        {
            await (await _blobs.Value).DisposeAsync();
        }
    }
}
