using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>A claim that a worker asked for, and what the blob service answered.</summary>
internal sealed record AskedClaim(int ProcessId, int Status);

/// <summary>
/// Stands between two workers and the blob service and makes their race for a stage certain: the conditional write by which a
/// worker claims it is held until the other's has come too, and only then are both let through. Everything else passes as it is.
/// </summary>
internal sealed class StartingGate : IAsyncDisposable
{
    private const int Rivals = 2;

    /// <summary>Of one connection only, or set by whoever writes it.</summary>
    private static readonly HashSet<string> NotPassed = new(
        ["Host", "Connection", "Transfer-Encoding", "Expect", "Keep-Alive"],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly WebApplication _app;
    private readonly Uri _blobs;
    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        }
    );
    private readonly ConcurrentDictionary<string, Race> _races = new(StringComparer.Ordinal);

    private StartingGate(int port)
    {
        _blobs = new Uri($"http://127.0.0.1:{port}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    /// <param name="port">Of the blob service.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<StartingGate> BeforeAsync(int port, CancellationToken cancellationToken)
    {
        var gate = new StartingGate(port);
        await gate._app.StartAsync(cancellationToken);
        return gate;
    }

    /// <summary>The connection string of an account, through the gate.</summary>
    public string Through(string connection) => connection.Replace($"{_blobs}", $"{new Uri(_app.Urls.Single())}", StringComparison.Ordinal);

    /// <summary>Who asked for a stage at the same time.</summary>
    public IReadOnlyList<AskedClaim> ClaimsOf(string run, string stage) =>
        [
            .. _races
                .Where(race => race.Key.EndsWith(RunPaths.Stage(run, stage), StringComparison.Ordinal))
                .SelectMany(race => race.Value.Asked),
        ];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var race = RaceOf(http.Request, body.ToArray(), out var worker);
        if (race is not null)
        {
            await race.AwaitOtherAsync(worker, http.RequestAborted);
        }

        using var request = RequestOf(http.Request, body.ToArray());
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        race?.Asked.Enqueue(new AskedClaim(worker, (int)answer.StatusCode));
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !NotPassed.Contains(header.Key)))
        {
            http.Response.Headers[name] = new StringValues([.. values]);
        }

        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>Where the request is a claim: a conditional write of a record that runs and whose heart has not beaten yet.</summary>
    private Race? RaceOf(HttpRequest request, byte[] body, out int worker)
    {
        worker = 0;
        if (
            !HttpMethods.IsPut(request.Method)
            || request.Headers.IfMatch.Count == 0
            || !request.Path.Value!.Contains("/stages/", StringComparison.Ordinal)
        )
        {
            return null;
        }

        if (
            ArtifactJson.Deserialize<StageRecord>(body, request.Path.Value)
            is not { State: StageState.Running, Heartbeat.Beat: 0, Owner: { } owner }
        )
        {
            return null;
        }

        worker = owner.ProcessId;
        return _races.GetOrAdd(request.Path.Value, _ => new Race());
    }

    private HttpRequestMessage RequestOf(HttpRequest original, byte[] body)
    {
        var target = original.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget; // as it was signed
        var request = new HttpRequestMessage(new HttpMethod(original.Method), new Uri(_blobs, target));
        if (original.ContentLength is not null || body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in original.Headers.Where(header => !NotPassed.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        return request;
    }

    /// <summary>One stage that workers want.</summary>
    private sealed class Race
    {
        private readonly ConcurrentDictionary<int, bool> _workers = new();
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<AskedClaim> Asked { get; } = new();

        public Task AwaitOtherAsync(int worker, CancellationToken cancellationToken)
        {
            _workers[worker] = true;
            if (_workers.Count == Rivals)
            {
                _complete.TrySetResult();
            }

            return _complete.Task.WaitAsync(cancellationToken);
        }
    }
}
