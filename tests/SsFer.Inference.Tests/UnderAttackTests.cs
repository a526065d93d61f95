using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.LocalServers;
using SsFer.Testing;

namespace SsFer.Inference.Tests;

/// <summary>
/// The service in a process of its own, while one address posts everything that once stopped it and another asks as people do: for
/// two minutes, or for SSFER_ATTACK_SECONDS, which also holds the good requests to their time.
/// </summary>
[Trait("Category", "Slow")]
public sealed class UnderAttackTests : IDisposable
{
    private const long MostBytes = 1L << 30;
    private const long MostGrowth = 200L << 20;
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2); // before, the heap still grows to its size
    private const double MostSeconds = 2; // 99 of 100 good requests
    private const int MostAttempts = 5;
    private const int Attackers = 10;
    private static readonly IPAddress Attacker = IPAddress.Parse("127.0.0.2");

    private static readonly double? Told = double.TryParse(
        Environment.GetEnvironmentVariable("SSFER_ATTACK_SECONDS"),
        CultureInfo.InvariantCulture,
        out var seconds
    )
        ? seconds
        : null;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-attacked-");
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("ssfer-attacked-tmp-");
    private readonly MemoryGroup? _group = MemoryGroup.TryCreate(MostBytes);
    private readonly Process _process = new();
    private readonly int _port = FreePort.Next();
    private readonly ConcurrentQueue<string> _log = new();
    private bool _isStarted;
    private readonly ConcurrentQueue<(string Attack, int Status, bool HasRetryAfter)> _answers = new();
    private readonly ConcurrentQueue<double> _seconds = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_UnderEveryAttackAtOnce_LivesWithinAGibibyteAndAnswersOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "binds a second loopback address and reads /proc");
        var process = await StartAsync(_folder.FullName);
        var address = new Uri($"http://127.0.0.1:{_port}");
        using var good = new HttpClient { BaseAddress = address };
        await UntilServingAsync(good, process);
        using var attacker = new HttpClient(
            new SocketsHttpHandler { ConnectCallback = ConnectAsAttackerAsync, MaxConnectionsPerServer = 200 }
        )
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(2),
        };
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var attacks = Attack(attacker, enough.Token);
        var clock = Stopwatch.StartNew();
        var lasts = TimeSpan.FromSeconds(Told ?? 120);
        var held = new List<long>();
        for (var i = 0; clock.Elapsed < lasts; i++)
        {
            await AskAsync(good, i);
            held.Add(BytesOf(process, "VmRSS:"));
            await Task.Delay(250, Token);
        }

        while (_answers.Select(answer => answer.Attack).Distinct().Count() < Attackers)
        {
            await Task.Delay(250, Token); // until each of them has had an answer
        }

        await enough.CancelAsync();
        await Task.WhenAll(attacks);
        Assert.False(process.HasExited, string.Join('\n', _log));
        var peak = BytesOf(process, "VmHWM:");
        var sorted = _seconds.Order().ToList();
        var (slowest, growth) = (
            sorted[(int)(0.99 * sorted.Count)],
            Mean(held.TakeLast(held.Count / 4)) - Mean(held.Skip(held.Count / 4).Take(held.Count / 4))
        );
        var counts = string.Join(", ", _answers.CountBy(a => $"{a.Attack} {a.Status}").Select(count => $"{count.Key} x {count.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"limit {(_group is null ? "measured" : "enforced")}, {clock.Elapsed.TotalSeconds:0} s: peak {peak >> 20} MiB, last "
                    + $"quarter {growth >> 20:+0;-0} MiB on the second; {sorted.Count} good: median "
                    + $"{sorted[sorted.Count / 2]:0.000} s, 99 % {slowest:0.000} s, most {sorted[^1]:0.000} s; {counts}"
            )
        );
        Assert.InRange(peak, 1, MostBytes);
        Assert.True(lasts <= Settled || growth < MostGrowth, $"{growth >> 20} MiB more in the last quarter than in the second");
        Assert.True(Told is null || slowest < MostSeconds, $"99 of 100 good requests took up to {slowest:0.00} s");
        Assert.Empty(_temporary.EnumerateFileSystemInfos());
        var fault = _log.SkipWhile(line => !line.Contains(" error ", StringComparison.Ordinal)).Take(40).ToList();
        Assert.True(fault.Count == 0, string.Join('\n', fault));
        Assert.DoesNotContain(_answers, answer => answer.Status >= 500 && !(answer.Status == 503 && answer.HasRetryAfter));
    }

    public void Dispose()
    {
        if (_isStarted)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _group?.Dispose();
        _folder.Delete(recursive: true);
        _temporary.Delete(recursive: true);
    }

    /// <summary>As a client does that keeps to what it is told: on a machine that others keep busy it may have to come again.</summary>
    private async Task AskAsync(HttpClient client, int number)
    {
        for (var attempt = 1; ; attempt++)
        {
            var clock = Stopwatch.StartNew();
            using var answer = await client.PostAsync(Requests.Path, Requests.Body(Requests.Plain(200, 200)), Token);
            if (
                answer.StatusCode == HttpStatusCode.ServiceUnavailable
                && answer.Headers.RetryAfter?.Delta is { } wait
                && attempt < MostAttempts
            )
            {
                await Task.Delay(wait, Token);
                continue;
            }

            _seconds.Enqueue(clock.Elapsed.TotalSeconds);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"good request {number}: {answer.StatusCode}\n{string.Join('\n', _log)}");
            Assert.Single((await answer.Content.ReadFromJsonAsync<ExpressionsAnswer>(Token))!.Pictures);
            return;
        }
    }

    private List<Task> Attack(HttpClient client, CancellationToken enough)
    {
        var large = Requests.Plain(4000, 4000);
        List<(string Name, Func<HttpContent> Content, int Clients)> posts =
        [
            ("texts", Posting(Attacks.PngOfTexts()), 8),
            ("webp", Many(Attacks.WebpOfFewBytes()), 8),
            ("webp-within", Many(Attacks.Flat(1999, image => image.WebpsaveBuffer(lossless: true))), 4),
            ("interlaced", Posting(Attacks.Flat(2000, image => image.PngsaveBuffer(interlace: true, bitdepth: 16))), 4),
            ("scans", Posting(Attacks.Flat(4000, image => image.JpegsaveBuffer(interlace: true))), 4),
            ("pages", Posting(Attacks.TiffOfPages(100_000)), 4),
            ("floats", Posting(Attacks.TiffOfFloats()), 4),
            ("uploads", () => Requests.Form(Attacks.LargeForm()), 16),
            ("large", Posting(large), 4),
        ];
        return
        [
            .. posts.SelectMany(post => Enumerable.Range(0, post.Clients).Select(_ => PostAsync(client, post.Name, post.Content, enough))),
            .. Enumerable.Range(0, 100).Select(_ => TrickleAsync(enough)),
            .. Enumerable.Range(0, 4).Select(_ => AbortAsync(enough)),
            .. Enumerable.Range(0, 2).Select(_ => BreakChunksAsync(enough)),
        ];

        static Func<HttpContent> Posting(byte[] file) => () => Requests.Body(file);

        static Func<HttpContent> Many(byte[] file) => () => Requests.Form([.. Enumerable.Range(0, 32).Select(i => ($"{i}.webp", file))]);
    }

    private async Task PostAsync(HttpClient client, string name, Func<HttpContent> content, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using var answer = await client.PostAsync(Requests.Path, content(), enough);
                _answers.Enqueue((name, (int)answer.StatusCode, answer.Headers.RetryAfter is not null));
                await Task.Delay(200, enough); // what sends is on the same processors
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
            {
                // cut off while it sent what nobody wanted
            }
        }
    }

    /// <summary>400 bytes a second.</summary>
    private Task TrickleAsync(CancellationToken enough) =>
        OnSocketAsync(
            async stream =>
            {
                await stream.WriteAsync(Attacks.Head("Content-Type: image/png\r\nContent-Length: 100000"), enough);
                while (true)
                {
                    await stream.WriteAsync(new byte[200], enough);
                    await Task.Delay(500, enough);
                }
            },
            enough
        );

    private Task AbortAsync(CancellationToken enough) =>
        OnSocketAsync(
            async stream =>
            {
                await stream.WriteAsync(Attacks.Head("Content-Type: image/png\r\nContent-Length: 100000"), enough);
                await stream.WriteAsync(new byte[5000], enough);
                await Task.Delay(5, enough);
            },
            enough
        );

    private Task BreakChunksAsync(CancellationToken enough) =>
        OnSocketAsync(
            async stream =>
            {
                await stream.WriteAsync(Attacks.Head("Content-Type: image/png\r\nTransfer-Encoding: chunked"), enough);
                await stream.WriteAsync("FFFFFFFFFFFFFFFF1\r\n"u8.ToArray(), enough);
                using var reader = new StreamReader(stream);
                var head = new List<string>();
                while (await reader.ReadLineAsync(enough) is { Length: > 0 } line)
                {
                    head.Add(line);
                }

                if (head.Count > 0)
                {
                    var status = int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture);
                    _answers.Enqueue(("chunks", status, head.Exists(line => line.StartsWith("Retry-After:", StringComparison.Ordinal))));
                }
            },
            enough
        );

    private async Task OnSocketAsync(Func<NetworkStream, Task> act, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using var socket = NewSocket();
                await socket.ConnectAsync(IPAddress.Loopback, _port, enough);
                socket.LingerState = new LingerOption(true, 0);
                await act(new NetworkStream(socket));
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
            {
                await Task.Delay(20, CancellationToken.None); // told off; once more
            }
        }
    }

    private static Socket NewSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(Attacker, 0));
        return socket;
    }

    private static async ValueTask<Stream> ConnectAsAttackerAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<Process> StartAsync(string store)
    {
        using var model = new TestModel("m", detector: "blazeface");
        var artifacts = new FolderArtifactStore(store);
        await artifacts.PutAsync(ServedModel.PathOf("m"), new MemoryStream(model.ToOnnx()), Token);
        await artifacts.PutAsync(ModelPaths.Card("m"), new MemoryStream("{}"u8.ToArray()), Token);
        await new ModelRegistry(artifacts, TimeProvider.System).PromoteAsync("m", AliasActor.OfPerson("tester"), "test", Token);
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var service = Path.Combine(own.Parent!.Parent!.FullName, "SsFer.Inference", own.Name, "SsFer.Inference.dll");
        var start = _group?.Start("dotnet", service) ?? new ProcessStartInfo("dotnet", [service]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.ForgetCaller();
        start.Environment.Remove("CI"); // in which ONNX Runtime leaves nothing behind by itself
        start.Environment["TMPDIR"] = _temporary.FullName;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // whose pipes are temporary files, too
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port}";
        start.Environment["DOTNET_ENVIRONMENT"] = "Staging"; // as deployed, but that attackers have what lets them in
        start.Environment["Access__RequireKeys"] = "false";
        start.Environment["ConnectionStrings__blobs"] = $"folder:{store}";
        start.Environment["ConnectionStrings__messaging"] = $"amqp://guest:guest@127.0.0.1:{FreePort.Next()}"; // away, which is no matter
        start.Environment["Inference__Parallelism"] = "2"; // what is held at a time grows with it
        start.Environment["Inference__Formats"] = "All"; // what is off by default is attacked too
        if (_group is null)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = "0x20000000"; // in a group the runtime sees the limit by itself
        }

        var process = _process;
        process.StartInfo = start;
        process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _isStarted = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task UntilServingAsync(HttpClient client, Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            Assert.False(process.HasExited, string.Join('\n', _log));
            try
            {
                using var answer = await client.GetAsync("/v1/model", patience.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // not yet
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private static long Mean(IEnumerable<long> values) => (long)values.DefaultIfEmpty().Average();

    private static long BytesOf(Process process, string figure) =>
        File.ReadLines($"/proc/{process.Id}/status")
            .Where(line => line.StartsWith(figure, StringComparison.Ordinal))
            .Select(line => 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
            .Single();
}
