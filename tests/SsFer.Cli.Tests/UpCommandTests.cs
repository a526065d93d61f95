using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SsFer.Cli.Tests;

/// <summary><c>ssfer up</c> as its user meets it: one process, console and endpoint at one address.</summary>
public sealed class UpCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Material _material = new();

    [Fact]
    public async Task Up_AnswersForEveryServiceUntilToldToStop()
    {
        SsferProcess.SkipWhereItCannotBeSent(PosixSignal.SIGTERM);
        var port = FreePort();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var process = SsferProcess.Start(_material.Root, "up", "--port", $"{port}");

        await UntilAliveAsync(client, process);
        var datasets = await client.GetFromJsonAsync<JsonElement>("/api/datasets", TestContext.Current.CancellationToken);
        using var model = await client.GetAsync("/v1/model", TestContext.Current.CancellationToken);
        var described = await Task.WhenAll(DescribedAsync(client, "/api/openapi/console.json"), DescribedAsync(client, "/v1/openapi/inference.json"));
        process.Send(PosixSignal.SIGTERM);
        var ended = await process.WaitAsync();

        Assert.Equal(0, datasets.GetArrayLength());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, model.StatusCode);
        Assert.Contains("ssfer models promote", await model.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("/api/runs", described[0]);
        Assert.Contains("/v1/expressions", described[1]);
        ended.AssertDone();
        Assert.Empty(ended.Output);
        Assert.Contains($"http://127.0.0.1:{port}/v1/expressions", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "70000", "--port")]
    [InlineData("--device", "gpu", "Compute:Device")]
    public async Task Up_WithWhatCannotBe_IsRefused(string option, string value, string word) =>
        (await SsferProcess.RunAsync(_material.Root, "up", option, value)).AssertFailed(exitCode: 2, word);

    public void Dispose() => _material.Dispose();

    private static async Task UntilAliveAsync(HttpClient client, SsferProcess process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            Assert.False(process.HasExited, process.HasExited ? (await process.WaitAsync()).Error : null);
            try
            {
                if ((await client.GetAsync("/alive", patience.Token)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
        }
    }

    private static async Task<IEnumerable<string>> DescribedAsync(HttpClient client, string document) =>
        (await client.GetFromJsonAsync<JsonElement>(document, TestContext.Current.CancellationToken)).GetProperty("paths").EnumerateObject().Select(path => path.Name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
