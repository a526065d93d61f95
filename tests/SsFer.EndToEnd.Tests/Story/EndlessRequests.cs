using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SsFer.EndToEnd.Tests.Story;

/// <summary>A client that asks for expressions, pauses for a moment and asks again, and keeps every answer.</summary>
internal sealed class EndlessRequests : IAsyncDisposable
{
    /// <summary>Leaves the processor to the training, which is what takes the time.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(HttpStatusCode Status, string? Model)> _answers = new();
    private readonly Task _asking;

    public EndlessRequests(HttpClient inference, byte[] picture) => _asking = AskAsync(inference, picture);

    public IReadOnlyList<(HttpStatusCode Status, string? Model)> Answers => [.. _answers];

    public static async Task<(HttpStatusCode Status, JsonElement Body)> AskOnceAsync(
        HttpClient inference,
        byte[] picture,
        CancellationToken cancellationToken
    )
    {
        using var content = new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var answer = await inference.PostAsync(new Uri("/v1/expressions", UriKind.Relative), content, cancellationToken);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(cancellationToken)));
    }

    /// <summary>Stops asking; the last answer is complete.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task AskAsync(HttpClient inference, byte[] picture)
    {
        while (!_stop.IsCancellationRequested)
        {
            var (status, body) = await AskOnceAsync(inference, picture, CancellationToken.None);
            _answers.Enqueue((status, status == HttpStatusCode.OK ? body.GetProperty("model").GetString() : null));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
