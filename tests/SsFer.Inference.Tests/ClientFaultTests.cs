using System.Net;
using System.Net.Sockets;
using System.Text;
using SsFer.Inference.Http;
using static SsFer.Inference.Tests.Waits;

namespace SsFer.Inference.Tests;

/// <summary>What clients do wrong, on the wire: a 4xx or silence, one line in the log, nothing kept.</summary>
[Trait("Category", "Slow")]
public sealed class ClientFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF1\r\n")] // overflows
    [InlineData("7FFFFFFFFFFFFFFF\r\n")]
    [InlineData("80000000\r\n")]
    [InlineData("FFFFFFFF\r\n")]
    [InlineData("-5\r\nabc")]
    [InlineData("zz\r\nabc")]
    [InlineData("3\r\nabcdef\r\n")]
    public async Task Chunk_ThatIsMalformed_Is4xxAndNoErrorOfOurs(string chunk)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        foreach (var type in new[] { "image/png", "multipart/form-data; boundary=x" })
        {
            var answer = await SendAsync(host, $"Content-Type: {type}\r\nTransfer-Encoding: chunked", chunk);

            Assert.Matches("^HTTP/1.1 4\\d\\d ", answer);
        }

        await AssertNothingRemainsAsync(host);
    }

    [Theory]
    [InlineData("image/png", false)]
    [InlineData("image/png", true)]
    [InlineData("multipart/form-data; boundary=x", false)]
    [InlineData("multipart/form-data; boundary=x", true)]
    public async Task Client_ThatGoesAwayInMidUpload_IsOneLineWithoutATrace(string type, bool isReset)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using (var client = await ConnectAsync(host))
        {
            await client.GetStream().WriteAsync(Head($"Content-Type: {type}\r\nContent-Length: 1000000"), Token);
            await client
                .GetStream()
                .WriteAsync("--x\r\nContent-Disposition: form-data; name=images; filename=a.png\r\n\r\n"u8.ToArray(), Token);
            await client.GetStream().WriteAsync(new byte[300_000], Token); // more than is held back in search of a boundary
            await UntilAsync(() => host.Get<PictureReader>().SpooledBytes > 0);
            client.LingerState = new LingerOption(isReset, 0);
        }

        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 0);
        await AssertNothingRemainsAsync(host);
        Assert.Single(host.Log.Lines, line => line.Contains("POST /v1/expressions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_ThatGoesAwayWhileItWaits_IsOneLineWithoutATrace()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("Parallelism", "1"));
        using (await host.Get<RequestGate>().Pictures.EnterAsync(Token))
        {
            using (var client = await ConnectAsync(host))
            {
                var picture = Requests.Plain();
                await client.GetStream().WriteAsync(Head($"Content-Type: image/png\r\nContent-Length: {picture.Length}"), Token);
                await client.GetStream().WriteAsync(picture, Token);
                await UntilAsync(() => host.Get<RequestGate>().InWork == 1);
                client.LingerState = new LingerOption(true, 0);
            }

            await UntilAsync(() => host.Get<RequestGate>().InWork == 0);
        }

        await AssertNothingRemainsAsync(host);
        Assert.Single(host.Log.Lines, line => line.Contains("POST /v1/expressions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("image/png", "Content-Length: 1000000", "")]
    [InlineData("image/png", "Transfer-Encoding: chunked", "100000\r\n")]
    [InlineData("multipart/form-data; boundary=x", "Content-Length: 1000000", "")]
    [InlineData("multipart/form-data; boundary=x", "Transfer-Encoding: chunked", "100000\r\n")]
    [InlineData("application/json", "Content-Length: 1000000", "")]
    public async Task Body_ThatDoesNotArriveInTime_Is408AndOneLineWithoutATrace(string type, string length, string chunk)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("UploadTimeout", "00:00:01"));
        var part = "--x\r\nContent-Disposition: form-data; name=images; filename=a.png\r\n\r\n";

        var answer = await SendAsync(host, $"Content-Type: {type}\r\n{length}", $"{chunk}{part}{new string('a', 10_000)}");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        await AssertNothingRemainsAsync(host);
    }

    private static async Task AssertNothingRemainsAsync(InferenceHost host)
    {
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 0 && host.Get<RequestGate>().InWork == 0);
        Assert.DoesNotContain(host.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Empty(host.Log.Traces);
    }

    private static byte[] Head(string headers) =>
        Encoding.ASCII.GetBytes($"POST /v1/expressions HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n");

    private static async Task<TcpClient> ConnectAsync(InferenceHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, Token);
        return client;
    }

    /// <summary>The first line of the answer.</summary>
    private static async Task<string> SendAsync(InferenceHost host, string headers, string body)
    {
        using var client = await ConnectAsync(host);
        await client.GetStream().WriteAsync(Head(headers), Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(body), Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Token) ?? "";
    }
}
