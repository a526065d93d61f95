using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SsFer.Inference.Http;
using static SsFer.Inference.Tests.Waits;

namespace SsFer.Inference.Tests;

/// <summary>How long a request holds what others need.</summary>
[Trait("Category", "Slow")]
public sealed class WorkTimeTests
{
    private const string Refusal = "the request was not answered within 10 s: try again in a moment, with fewer or smaller pictures";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_ThatIsNotAnsweredInTime_Is503WithRetryAfter_AndNoFurtherWorkedOn()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(model, time, ("Parallelism", "1"));
        using (await host.Get<RequestGate>().Pictures.EnterAsync(Token))
        {
            var request = host.Client.PostAsync(Requests.Path, Requests.Form(("a", Requests.Plain()), ("b", Requests.Plain())), Token);
            await UntilAsync(() => host.Get<RequestGate>().InWork == 1);

            time.Advance(TimeSpan.FromSeconds(10));

            using var answer = await request;
            Assert.Equal((503, Refusal), await Requests.ProblemAsync(answer));
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
            Assert.Equal((0, 0), (host.Get<RequestGate>().InWork, host.Get<PictureReader>().SpooledBytes));
        }

        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    [Fact]
    public async Task Body_WhileItArrives_HoldsNoTurn()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(
            model,
            ("MaxConcurrentRequests", "1"),
            ("MaxWaitingRequests", "0"),
            ("MaxArrivingRequests", "6"),
            ("MinUploadRate", "0")
        );
        using var leaving = new CancellationTokenSource();
        var slow = Enumerable.Range(0, 3).Select(_ => PostSlowlyAsync(host, leaving.Token)).ToList();
        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 300);

        // An address has half of the places: it gets no fourth, and no turn is taken by those that arrive.
        Assert.Equal(
            (503, "too many requests arrive at a time: try again in a moment"),
            await host.RefusalAsync(Requests.Body(Requests.Plain()))
        );
        Assert.Equal(0, host.Get<RequestGate>().InWork);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(slow));
        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 0);
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    [Fact]
    public async Task Body_SlowerThanTheLeastRate_Is408()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using var client = new TcpClient(); // an HttpClient reads no answer before all is sent
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            "POST /v1/expressions HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(),
            Token
        );
        using var reader = new StreamReader(stream);
        var status = reader.ReadLineAsync(Token).AsTask();

        while (!status.IsCompleted)
        {
            try
            {
                await stream.WriteAsync(new byte[40], Token); // 400 B/s
            }
            catch (IOException)
            {
                break; // the service answered and hung up between the look and the write
            }

            await Task.WhenAny(status, Task.Delay(100, Token));
        }

        Assert.Equal("HTTP/1.1 408 Request Timeout", await status);
    }

    [Fact]
    public async Task Bodies_LargerThanTheRoom_Are503()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxSpooledBytes", "100000"), ("MemoryBytesPerRequest", "1000"));

        Assert.Equal(
            (503, "there is no room for the request at the moment: try again, with less at a time"),
            await host.RefusalAsync(Requests.Body(new byte[100_001]))
        );
        Assert.Equal(0, host.Get<PictureReader>().SpooledBytes);
        var picture = Requests.Plain(1500, 1500); // goes through a file
        Assert.InRange(picture.Length, 1001, 100_000);
        Assert.Equal(PictureStatus.Ok, Assert.Single((await host.AnswerAsync(Requests.Body(picture))).Pictures).Status);
        Assert.Equal(0, host.Get<PictureReader>().SpooledBytes);
    }

    private static async Task PostSlowlyAsync(InferenceHost host, CancellationToken leaving)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Requests.Path) { Content = new Trickle(leaving) };
        using var answer = await host.Client.SendAsync(request, leaving);
    }

    /// <summary>A hundred bytes, and no more until it is told to end.</summary>
    private sealed class Trickle : HttpContent
    {
        private readonly CancellationToken _end;

        public Trickle(CancellationToken end)
        {
            _end = end;
            Headers.ContentType = new("image/png");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[100], _end);
            await stream.FlushAsync(_end);
            await Task.Delay(Timeout.Infinite, _end);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 1_000_000;
            return true;
        }
    }
}
