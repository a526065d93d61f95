using SsFer.Testing;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>A test on real processes. Where it fails, what every process wrote becomes part of its output.</summary>
[Trait("Category", "Slow")]
public abstract class SystemTest(Servers servers) : IAsyncLifetime
{
    private readonly List<SystemUnderTest> _systems = [];

    private protected Servers Servers { get; } = servers;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual ValueTask InitializeAsync()
    {
        Servers.Require();
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (var line in _systems.SelectMany(system => system.Logs()))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(line);
            }
        }

        foreach (var system in _systems)
        {
            await system.DisposeAsync();
        }
    }

    /// <summary>An empty system; on the shared servers unless the test has its own.</summary>
    private protected async Task<SystemUnderTest> SystemAsync(RabbitMqServer? broker = null, AzuriteServer? blobs = null)
    {
        var system = await SystemUnderTest.CreateAsync(
            (broker ?? await Servers.BrokerAsync()).NextUri(),
            (blobs ?? await Servers.BlobsAsync()).NextConnectionString(),
            Token
        );
        _systems.Add(system);
        return system;
    }
}
