using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace SsFer.Testing;

/// <summary>
/// A real RabbitMQ on this machine, apart from any other: its own node, ports, port mapper, data and home. A start takes about
/// eight seconds; it has many virtual hosts, so that each test can have an empty one.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    /// <summary>What a test says that is skipped for want of it.</summary>
    public const string Needed = "skipped: needs rabbitmq-server";

    private const string Variable = "SSFER_RABBITMQ_SERVER";
    private const int VirtualHosts = 48;
    private static readonly string[] Tags = ["administrator"];
    private readonly Scratch _scratch = new("rabbitmq");
    private readonly int _distributionPort = FreePort.Next(),
        _mapperPort = FreePort.Next();
    private ServerProcess? _mapper,
        _process;
    private int _virtualHostsGiven;

    private RabbitMqServer(int port) => Port = port;

    /// <summary>
    /// Whether it is installed: <c>SSFER_RABBITMQ_SERVER</c>, where Debian puts it, or the <c>PATH</c>; and with it Erlang's port
    /// mapper.
    /// </summary>
    public static bool IsInstalled => Program is not null && Mapper is not null;

    public int Port { get; }

    /// <summary>Of the default virtual host, the same at every call.</summary>
    public Uri Uri => new($"amqp://guest:guest@127.0.0.1:{Port}");

    // The script itself: what Debian puts on the PATH changes to a user who cannot write where this one can.
    private static string? Program { get; } = InstalledProgram.Find(Variable, ["usr/lib/rabbitmq/bin/rabbitmq-server"], "rabbitmq-server");

    private static string? Mapper { get; } = InstalledProgram.Find("SSFER_EPMD", [], "epmd");

    /// <param name="settings">Lines of its <c>rabbitmq.conf</c>, such as <c>consumer_timeout</c> to milliseconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It is not installed or does not start.</exception>
    public static async Task<RabbitMqServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var server = new RabbitMqServer(FreePort.Next());
        try
        {
            var lines = settings
                .Select(setting => $"{setting.Key} = {setting.Value}")
                .Concat([$"listeners.tcp.local = 127.0.0.1:{server.Port}", $"load_definitions = {server._scratch["definitions.json"]}"]);
            await File.WriteAllLinesAsync(server._scratch["rabbitmq.conf"], lines, cancellationToken);
            await File.WriteAllTextAsync(server._scratch["definitions.json"], Definitions(), cancellationToken);
            await File.WriteAllTextAsync(server._scratch["enabled_plugins"], "[].\n", cancellationToken);
            await server.StartMapperAsync(cancellationToken);
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
            ? new Uri(Uri, NameOf(given))
            : throw new InvalidOperationException($"RabbitMQ was started with {VirtualHosts} virtual hosts, and all are in use");

    /// <summary>Starts it on the same port with the same data, after <see cref="StopAsync"/> or <see cref="Kill"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program ?? throw NotInstalled())
        {
            WorkingDirectory = _scratch.Path,
            Environment =
            {
                ["HOME"] = _scratch.Path,
                ["RABBITMQ_NODENAME"] = string.Create(CultureInfo.InvariantCulture, $"ssfer{Port}@localhost"),
                ["RABBITMQ_NODE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
                ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
                ["RABBITMQ_MNESIA_BASE"] = _scratch["mnesia"],
                ["RABBITMQ_LOG_BASE"] = _scratch["log"],
                ["RABBITMQ_CONFIG_FILE"] = _scratch["rabbitmq.conf"],
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = _scratch["advanced.config"],
                ["RABBITMQ_CONF_ENV_FILE"] = _scratch["rabbitmq-env.conf"],
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _scratch["enabled_plugins"],
                ["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture),
                ["RUNNING_UNDER_SYSTEMD"] = "true", // the script then becomes the server, instead of a shell that waits for it
            },
        };
        _process = await ServerProcess.StartAsync("rabbitmq-server", start, AnswersAsync, cancellationToken);
    }

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
        _mapper?.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string NameOf(int virtualHost) => string.Create(CultureInfo.InvariantCulture, $"test{virtualHost:00}");

    /// <summary>With definitions of its own a new node makes neither user nor virtual host by itself.</summary>
    private static string Definitions()
    {
        string[] hosts = ["/", .. Enumerable.Range(1, VirtualHosts).Select(NameOf)];
        return JsonSerializer.Serialize(
            new
            {
                users = new[]
                {
                    new
                    {
                        name = "guest",
                        password = "guest",
                        tags = Tags,
                    },
                },
                vhosts = hosts.Select(host => new { name = host }),
                permissions = hosts.Select(host => new
                {
                    user = "guest",
                    vhost = host,
                    configure = ".*",
                    write = ".*",
                    read = ".*",
                }),
            }
        );
    }

    /// <summary>In the foreground: one that the server starts by itself would outlive it.</summary>
    private async Task StartMapperAsync(CancellationToken cancellationToken)
    {
        var port = _mapperPort.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Mapper ?? throw NotInstalled(), ["-port", port, "-address", "127.0.0.1"]);
        _mapper = await ServerProcess.StartAsync(
            "epmd",
            start,
            async token =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", _mapperPort, token);
                return true;
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Whether it opens an AMQP 0-9-1 connection: to the protocol header it answers with a method frame (Connection.Start).
    /// </summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        const byte MethodFrame = 1;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
        var answer = new byte[1];
        return await stream.ReadAsync(answer, cancellationToken) == 1 && answer[0] == MethodFrame;
    }

    private static InvalidOperationException NotInstalled() =>
        new($"rabbitmq-server is not installed: apt-get install rabbitmq-server, or name its start script in {Variable}");
}
