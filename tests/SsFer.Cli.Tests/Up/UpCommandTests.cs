using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SsFer.Cli.Tests.Up;

/// <summary><c>ssfer up</c> as its user meets it: one process, console and endpoint at one address.</summary>
public sealed class UpCommandTests : IDisposable
{
    private readonly Material _material = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Up_AnswersForEveryServiceUntilToldToStop()
    {
        using var up = await UpProcess.StartAsync(_material.Root);

        var datasets = await up.Client.GetFromJsonAsync<JsonElement>("/api/datasets", Token);
        using var model = await up.UntilAsync("the endpoint has looked for a model", token => LookedAsync(up.Client, token));
        var described = await Task.WhenAll(
            DescribedAsync(up.Client, "/api/openapi/console.json"),
            DescribedAsync(up.Client, "/v1/openapi/inference.json")
        );
        var ended = await up.StopAsync();

        Assert.Equal(0, datasets.GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, model.StatusCode); // the built-in one, which is no version in production
        var served = await model.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(JsonValueKind.Null, served.GetProperty("version").ValueKind);
        Assert.Equal(8, served.GetProperty("classes").GetArrayLength());
        Assert.Contains("/api/runs", described[0]);
        Assert.Contains("/v1/expressions", described[1]);
        ended.AssertDone();
        Assert.Empty(ended.Output);
        Assert.Contains($"{up.Client.BaseAddress}v1/expressions", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "70000", "--port")]
    [InlineData("--device", "gpu", "Compute:Device")]
    public async Task Up_WithWhatCannotBe_IsRefused(string option, string value, string word) =>
        (await SsferShell.RunAsync(_material.Root, "up", option, value)).AssertFailed(exitCode: 2, word);

    public void Dispose() => _material.Dispose();

    /// <summary>What it says of its model, once it knows whether there is any.</summary>
    private static async Task<HttpResponseMessage?> LookedAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("/v1/model", cancellationToken);
        return (await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("being loaded", StringComparison.Ordinal)
            ? null
            : answer;
    }

    private static async Task<IEnumerable<string>> DescribedAsync(HttpClient client, string document) =>
        (await client.GetFromJsonAsync<JsonElement>(document, Token)).GetProperty("paths").EnumerateObject().Select(path => path.Name);
}
