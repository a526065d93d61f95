using System.Globalization;
using System.Security.Cryptography;
using SsFer.LocalServers;

namespace SsFer.Testing;

/// <summary>
/// A real blob service on this machine: Azurite (npm), on a free port, its data in a folder that goes with it. It has many
/// accounts, so that each test can have an empty one.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    /// <summary>What a test says that is skipped for want of it.</summary>
    public const string Needed = "skipped: needs azurite (npm)";

    private const int Accounts = 128;
    private readonly Scratch _scratch = new("azurite");
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private ServerProcess? _process;
    private int _accountsGiven;

    private AzuriteServer(int port) => Port = port;

    public static bool IsInstalled => AzuriteProgram.IsInstalled;

    public int Port { get; }

    /// <summary>Of the first account, the same at every call.</summary>
    public string ConnectionString => ConnectionStringOf(0);

    /// <exception cref="InvalidOperationException">It is not installed or does not start.</exception>
    public static async Task<AzuriteServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new AzuriteServer(FreePort.Next());
        try
        {
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of an account that nobody else was given, and that is empty.</summary>
    public string NextConnectionString() =>
        Interlocked.Increment(ref _accountsGiven) is var account and < Accounts
            ? ConnectionStringOf(account)
            : throw new InvalidOperationException($"Azurite was started with {Accounts} accounts, and all are in use");

    /// <summary>Starts it on the same port with the same data, after <see cref="StopAsync"/> or <see cref="Kill"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        var program = AzuriteProgram.In(_scratch.Path, Port, [.. Enumerable.Range(0, Accounts).Select(AccountOf)]);
        using var client = new HttpClient();
        _process = await ServerProcess.StartAsync(
            "azurite",
            program.ToStartInfo(),
            async token =>
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{Port}/"), token);
                return true; // any answer is one
            },
            cancellationToken
        );
    }

    /// <summary>Ends it in good order: what was written is kept.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _process?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>
    /// Ends it without a word. Azurite saves its index every five seconds: what was written since is lost, unlike in Azure.
    /// </summary>
    public void Kill() => _process?.Kill();

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private AzuriteAccount AccountOf(int account) => new(string.Create(CultureInfo.InvariantCulture, $"account{account:000}"), _key);

    private string ConnectionStringOf(int account) => AccountOf(account).ConnectionStringAt($"http://127.0.0.1:{Port}");
}
