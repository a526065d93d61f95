using System.Net.Http.Json;
using System.Text.Json;

namespace SsFer.EndToEnd.Tests.Story;

/// <summary>The control API as a client sees it.</summary>
internal sealed class ControlApi(Uri address) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = address };

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, JsonContent.Create(body), null, cancellationToken);

    /// <param name="path">Path of the API.</param>
    /// <param name="body">Sent as it is where it is content, else as JSON.</param>
    /// <param name="key">Idempotency key; null for none.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<JsonElement> PostAsync(string path, object body, string? key, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body as HttpContent ?? JsonContent.Create(body), key, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? key,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await _client.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }
}
