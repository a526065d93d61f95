using SsFer.Artifacts.Azure.Tests;
using SsFer.Testing;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace SsFer.Artifacts.Azure.Tests;

/// <summary>One Azurite for all tests; each takes an account of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteServer? _server;

    /// <summary>Of an empty account; skips the test where there is no Azurite.</summary>
    public string NextConnectionString()
    {
        Assert.SkipWhen(_server is null, AzuriteServer.Needed);
        return _server.NextConnectionString();
    }

    public async ValueTask InitializeAsync() =>
        _server = AzuriteServer.IsInstalled ? await AzuriteServer.StartAsync(TestContext.Current.CancellationToken) : null;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
