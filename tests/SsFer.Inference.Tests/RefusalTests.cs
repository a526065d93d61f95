using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SsFer.Inference.Http;

namespace SsFer.Inference.Tests;

public sealed class RefusalTests
{
    private const string HowToSend =
        "send multipart/form-data with parts named 'images', one picture as image/*, or JSON: "
        + "{\"pictures\": [{\"name\": \"face.jpg\", \"data\": \"BASE64\"}]}";

    [Fact]
    public async Task Post_OfAnotherType_Is415()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        Assert.Equal(
            (415, $"'text/uri-list' holds no pictures: {HowToSend}"),
            await host.RefusalAsync(Requests.Body("http://127.0.0.1/face.png"u8.ToArray(), "text/uri-list"))
        );
        Assert.Equal((415, $"the request has no content type: {HowToSend}"), await host.RefusalAsync(new ByteArrayContent([1, 2])));
    }

    [Fact]
    public async Task Post_WithoutPictures_Is422()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        Assert.Equal((422, $"the body is empty: {HowToSend}"), await host.RefusalAsync(Requests.Body([])));
        Assert.Equal(
            (422, $"the form holds no picture: {HowToSend}"),
            await host.RefusalAsync(Requests.Body("--x--\r\n"u8.ToArray(), "multipart/form-data; boundary=x"))
        );
        Assert.Equal(
            (422, "part 1 of the form is not named 'images': give every picture's part this name, and send no others"),
            await host.RefusalAsync(new MultipartFormDataContent { { new ByteArrayContent(Requests.Plain()), "image", "a.png" } })
        );
        Assert.Equal(
            (422, "the form's content type names no boundary: let the HTTP client set the content type of the form"),
            await host.RefusalAsync(Requests.Body(Requests.Plain(), "multipart/form-data"))
        );
    }

    [Fact]
    public async Task Post_FormThatIsCutShort_Is422()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        const string Cut = "--x\r\nContent-Disposition: form-data; name=images; filename=a.png\r\n\r\nabc";

        Assert.Equal(
            (422, "the form is damaged or cut short after 0 pictures: send it again"),
            await host.RefusalAsync(Requests.Body(Encoding.ASCII.GetBytes(Cut), "multipart/form-data; boundary=x"))
        );
    }

    [Fact]
    public async Task Post_OverTheRequestLimit_Is413_WhetherItsLengthIsToldOrNot()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxRequestBytes", "5000"));
        const string Refusal = "the request has more than 5000 bytes: send fewer or smaller pictures at a time";
        var large = new byte[5001];

        Assert.Equal((413, Refusal), await host.RefusalAsync(Requests.Body(large)));
        using var request = new HttpRequestMessage(HttpMethod.Post, Requests.Path) { Content = Requests.Body(large) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((413, Refusal), await Requests.ProblemAsync(response));
    }

    [Fact]
    public async Task Post_TooManyPicturesOrTooLargeABody_Is413()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxPictures", "2"), ("MaxPictureBytes", "4000"));

        Assert.Equal(
            (413, "the request has more than 2 pictures: send the rest in another"),
            await host.RefusalAsync(Requests.Form(("a", Requests.Plain()), ("b", Requests.Plain()), ("c", Requests.Plain())))
        );
        Assert.Equal(
            (413, "the picture has more than 4000 bytes: send a smaller one"),
            await host.RefusalAsync(Requests.Body(new byte[4001]))
        );
    }

    [Fact]
    public async Task Post_DecompressionBomb_IsRefusedByItsHeader()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var picture = Assert.Single((await host.AnswerAsync(Requests.Form(("bomb.png", PngAnnouncing(60_000, 60_000))))).Pictures);

        Assert.Equal(
            (PictureStatus.TooLarge, "bomb.png announces 60000 x 60000 pixels, over the limit of 40000000: send a smaller one"),
            (picture.Status, picture.Message)
        );
        // Its pixels are not there, so had it been decoded it would be unreadable.
        var small = Assert.Single((await host.AnswerAsync(Requests.Form(("small.png", PngAnnouncing(600, 600))))).Pictures);
        Assert.Equal(PictureStatus.Unreadable, small.Status);
    }

    [Fact]
    public async Task Requests_WithoutAModel_Are503()
    {
        await using var host = await InferenceHost.StartAsync(null);
        const string Refusal =
            "no model is in production yet: promote one with POST /api/models/ID/promote at the Console, or ssfer models promote ID";

        Assert.Equal((503, Refusal), await host.RefusalAsync(Requests.Body(Requests.Plain())));
        using var response = await host.Client.GetAsync("/v1/model", TestContext.Current.CancellationToken);
        Assert.Equal((503, Refusal), await Requests.ProblemAsync(response));
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Post_WhereTooManyWait_Is503_UntilOneIsDone()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(
            model,
            ("MaxConcurrentRequests", "1"),
            ("MaxWaitingRequests", "0"),
            ("Parallelism", "1")
        );
        var taken = await host.Get<RequestGate>().Pictures.EnterAsync(TestContext.Current.CancellationToken); // no picture can be begun
        var first = host.AnswerAsync(Requests.Body(Requests.Plain()));
        await host.UntilInWorkAsync(1);

        Assert.Equal(
            (503, "1 requests are in work and 0 wait, in all or too many of yours: try again in a moment"),
            await host.RefusalAsync(Requests.Body(Requests.Plain()))
        );
        taken.Dispose();
        Assert.Single((await first).Pictures);
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    [Fact]
    public async Task Post_ThatArrivesTooSlowly_Is408_AndMakesRoomForOthers()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(model, time, ("MaxConcurrentRequests", "1"), ("MaxWaitingRequests", "0"));
        using var client = new TcpClient(); // an HttpClient reads no answer before all is sent
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            "POST /v1/expressions HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(stream);
        var status = reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();

        var seconds = 0;
        for (; !status.IsCompleted; seconds++)
        {
            try
            {
                await stream.WriteAsync(new byte[1000], TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                break; // it has answered and hung up; the answer is still to be read
            }

            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(status, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        Assert.Equal("HTTP/1.1 408 Request Timeout", await status);
        Assert.True(seconds >= 30, $"it was given {seconds} s");
        var lines = new List<string>();
        while (lines.Count == 0 || !lines[^1].StartsWith('{'))
        {
            lines.Add(
                await reader.ReadLineAsync(TestContext.Current.CancellationToken)
                    ?? throw new EndOfStreamException(string.Join('\n', lines))
            );
        }

        Assert.Contains("Connection: close", lines);
        Assert.Contains(
            "the request did not arrive within 30 s: send fewer or smaller pictures at a time",
            lines[^1],
            StringComparison.Ordinal
        );
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    [Fact]
    public async Task Post_WhoseClientHasGone_IsWorkedOnNoFurther()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxConcurrentRequests", "1"), ("Parallelism", "1"));
        var turns = host.Get<RequestGate>().Pictures;
        var taken = await turns.EnterAsync(TestContext.Current.CancellationToken); // no picture can be begun
        using var leaving = new CancellationTokenSource();
        var left = host.Client.PostAsync(Requests.Path, Requests.Form(("a", Requests.Plain()), ("b", Requests.Plain())), leaving.Token);
        await host.UntilInWorkAsync(1);

        await leaving.CancelAsync();

        await host.UntilInWorkAsync(0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        taken.Dispose();
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    /// <summary>A well-formed PNG of a few bytes that announces this size.</summary>
    private static byte[] PngAnnouncing(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // eight bits, RGB
        return
        [
            0x89,
            0x50,
            0x4E,
            0x47,
            0x0D,
            0x0A,
            0x1A,
            0x0A,
            .. Chunk("IHDR", header),
            .. Chunk("IDAT", [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1]),
            .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), Crc32(named));
        return chunk;
    }

    private static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
