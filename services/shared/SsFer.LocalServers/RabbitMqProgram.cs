using System.Globalization;
using System.Net.Sockets;

namespace SsFer.LocalServers;

/// <summary>
/// RabbitMQ as a program of this machine, apart from any other: its own ports, data and home, at 127.0.0.1 alone. A start takes about
/// eight seconds. Tested with 3.10.8.
/// </summary>
public static class RabbitMqProgram
{
    /// <summary>What to do where there is none.</summary>
    public const string Cure = $"apt-get install rabbitmq-server, or name its start script in {Variable}";

    private const string Variable = "SSFER_RABBITMQ_SERVER";
    private const string Node = "ssfer@localhost";

    // The script itself: what Debian puts on the PATH changes to a user who cannot write where this one can.
    private static string? Program { get; } = InstalledProgram.Find(Variable, ["usr/lib/rabbitmq/bin/rabbitmq-server"], "rabbitmq-server");

    /// <summary>Whether it is installed: <c>SSFER_RABBITMQ_SERVER</c>, where Debian puts it, or the <c>PATH</c>.</summary>
    public static bool IsInstalled => Program is not null;

    /// <summary>Of a virtual host; the default one where none is named. It listens to this machine alone.</summary>
    public static Uri UriOf(int port, string virtualHost = "") => new($"amqp://guest:guest@127.0.0.1:{port}/{virtualHost}");

    /// <summary>Writes its configuration and says how it is started.</summary>
    /// <param name="folder">Of this server alone; its data stay there.</param>
    /// <param name="port">Where clients connect.</param>
    /// <param name="distributionPort">Where Erlang's own tools connect.</param>
    /// <param name="settings">Lines of its <c>rabbitmq.conf</c>, such as <c>consumer_timeout</c> to milliseconds.</param>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static LocalProgram In(string folder, int port, int distributionPort, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var program = Program ?? throw new InvalidOperationException($"rabbitmq-server is not installed: {Cure}");
        folder = Directory.CreateDirectory(folder).FullName;
        string In(string name) => Path.Combine(folder, name);
        File.WriteAllLines(
            In("rabbitmq.conf"),
            settings.Select(setting => $"{setting.Key} = {setting.Value}").Append($"listeners.tcp.local = 127.0.0.1:{port}")
        );
        File.WriteAllText(In("enabled_plugins"), "[].\n");
        return new LocalProgram(
            program,
            [],
            new Dictionary<string, string>
            {
                ["HOME"] = folder,
                ["RABBITMQ_NODENAME"] = Node,
                ["RABBITMQ_NODE_PORT"] = Text(port),
                ["RABBITMQ_DIST_PORT"] = Text(distributionPort),
                ["RABBITMQ_MNESIA_BASE"] = In("mnesia"),
                ["RABBITMQ_LOG_BASE"] = In("log"),
                ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq.conf"),
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = In("advanced.config"),
                ["RABBITMQ_CONF_ENV_FILE"] = In("rabbitmq-env.conf"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("enabled_plugins"),
                ["RUNNING_UNDER_SYSTEMD"] = "true", // the script then becomes the server, instead of a shell that waits for it
                // No port mapper of Erlang: it would outlive the server and listen everywhere.
                ["ERL_AFLAGS"] = $"-erl_epmd_port {distributionPort}",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = $"-sname {Node} -start_epmd false -kernel inet_dist_use_interface {{127,0,0,1}}",
            },
            folder
        );
    }

    /// <summary>
    /// Whether it opens an AMQP 0-9-1 connection: to the protocol header it answers with a method frame (Connection.Start). That a
    /// port is open says less.
    /// </summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="IOException">It hung up.</exception>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        const byte MethodFrame = 1;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
        var answer = new byte[1];
        return await stream.ReadAsync(answer, cancellationToken) == 1 && answer[0] == MethodFrame;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
