using System.Globalization;
using System.Text.Json;
using SsFer.LocalServers;

namespace SsFer.Testing;

/// <summary>
/// A real RabbitMQ on this machine, apart from any other (<see cref="RabbitMqProgram"/>), with many virtual hosts, so that each test
/// can have an empty one.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    /// <summary>What a test says that is skipped for want of it.</summary>
    public const string Needed = "skipped: needs rabbitmq-server";

    private const int VirtualHosts = 48;
    private static readonly string[] Tags = ["administrator"];
    private readonly Scratch _scratch = new("rabbitmq");
    private readonly int _distributionPort = FreePort.Next();
    private LocalProgram? _program;
    private ServerProcess? _process;
    private int _virtualHostsGiven;

    private RabbitMqServer(int port) => Port = port;

    public static bool IsInstalled => RabbitMqProgram.IsInstalled;

    public int Port { get; }

    /// <summary>Of the default virtual host, the same at every call.</summary>
    public Uri Uri => RabbitMqProgram.UriOf(Port);

    /// <param name="settings">Lines of its <c>rabbitmq.conf</c>, such as <c>consumer_timeout</c> to milliseconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It is not installed or does not start.</exception>
    public static async Task<RabbitMqServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var server = new RabbitMqServer(FreePort.Next());
        try
        {
            await File.WriteAllTextAsync(server._scratch["definitions.json"], Definitions(("guest", "guest")), cancellationToken);
            server._program = RabbitMqProgram.In(
                server._scratch.Path,
                server.Port,
                server._distributionPort,
                new Dictionary<string, string>(settings) { ["load_definitions"] = server._scratch["definitions.json"] }
            );
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of a virtual host that nobody else was given, and that is empty.</summary>
    public Uri NextUri() =>
        Interlocked.Increment(ref _virtualHostsGiven) is var given and <= VirtualHosts
            ? RabbitMqProgram.UriOf(Port, NameOf(given))
            : throw new InvalidOperationException($"RabbitMQ was started with {VirtualHosts} virtual hosts, and all are in use");

    /// <summary>A user who may do everything, with this password from the next start on.</summary>
    public Task SetUserAsync(string name, string password, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(_scratch["definitions.json"], Definitions(("guest", "guest"), (name, password)), cancellationToken);

    /// <summary>Starts it on the same port with the same data, after <see cref="StopAsync"/> or <see cref="Kill"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken) =>
        _process = await ServerProcess.StartAsync(
            "rabbitmq-server",
            _program!.ToStartInfo(),
            token => RabbitMqProgram.AnswersAsync(Port, token),
            cancellationToken
        );

    /// <summary>All that the server has logged so far.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken) =>
        string.Concat(
            await Task.WhenAll(Directory.GetFiles(_scratch["log"], "*.log").Select(file => File.ReadAllTextAsync(file, cancellationToken)))
        );

    /// <summary>Ends it in good order: connections are closed, durable queues and persistent messages kept.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _process?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill() => _process?.Kill();

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string NameOf(int virtualHost) => string.Create(CultureInfo.InvariantCulture, $"test{virtualHost:00}");

    /// <summary>With definitions of its own a new node makes neither user nor virtual host by itself.</summary>
    private static string Definitions(params IReadOnlyList<(string Name, string Password)> users)
    {
        string[] hosts = ["/", .. Enumerable.Range(1, VirtualHosts).Select(NameOf)];
        return JsonSerializer.Serialize(
            new
            {
                users = users.Select(user => new
                {
                    name = user.Name,
                    password = user.Password,
                    tags = Tags,
                }),
                vhosts = hosts.Select(host => new { name = host }),
                permissions = users.SelectMany(user =>
                    hosts.Select(host => new
                    {
                        user = user.Name,
                        vhost = host,
                        configure = ".*",
                        write = ".*",
                        read = ".*",
                    })
                ),
            }
        );
    }
}
