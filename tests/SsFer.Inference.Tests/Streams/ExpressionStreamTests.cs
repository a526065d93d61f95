using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SsFer.Inference.Http;
using SsFer.Inference.Streams;

namespace SsFer.Inference.Tests.Streams;

public sealed class ExpressionStreamTests
{
    private const string Path = "/v1/expressions/stream";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_AreAnsweredInOrder_AndAFaceKeepsItsTrack()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var answers = await AskAsync(host, Frame(0), "", Frame(0.04), Frame(0.08));

        Assert.Equal([1, 2, 3], answers.Select(answer => answer.Frame));
        Assert.Equal([0, 0.04, 0.08], answers.Select(answer => answer.At!.Value));
        Assert.All(answers, answer => Assert.Equal(("m", 1, 1), Told(answer)));

        static (string, int, int?) Told(FrameAnswer answer) =>
            (answer.Answer!.Model, answer.Answer.Pictures.Count, answer.Answer.Pictures[0].Faces[0].Track);
    }

    [Fact]
    public async Task Frame_ThatIsWrong_IsToldSo_AndTheStreamGoesOn()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var answers = await AskAsync(
            host,
            "{}",
            "{\"at\": 1e999, \"data\": \"\"}",
            "{\"url\": \"http://127.0.0.1/\"}",
            "{\"data\": \"?\"}",
            Frame(2),
            Frame(1),
            $"{{\"at\": 3, \"data\": \"{Convert.ToBase64String("no picture"u8)}\"}}"
        );

        Assert.Equal([400, 422, 400, 422, null, 422, null], answers.Select(answer => answer.Problem?.Status));
        Assert.Equal(
            "the line is not a frame: send {\"at\": 0.04, \"data\": \"BASE64\"}, one a line, 'at' in seconds or left away",
            answers[0].Problem!.Detail
        );
        Assert.Equal("'at' is earlier than that of the frame before: send frames in their order", answers[5].Problem!.Detail);
        Assert.Equal(PictureStatus.Unreadable, answers[6].Answer!.Pictures[0].Status);
    }

    [Fact]
    public async Task Frame_LongerThanAllowed_EndsTheStreamWithAWord()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxFrameBytes", "1000"));

        var answers = await AskAsync(host, Frame(0), new string('x', 1001), Frame(1));

        Assert.Equal(2, answers.Count);
        Assert.Equal(
            (413, "the frame has more than 1000 bytes: send smaller pictures"),
            (answers[1].Problem!.Status, answers[1].Problem!.Detail)
        );
    }

    [Fact]
    public async Task Answer_ComesBeforeTheNextFrameIsSent()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using var client = new TcpClient(); // an HttpClient reads no answer before all is sent
        await client.ConnectAsync("127.0.0.1", host.Client.BaseAddress!.Port, Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await SendAsync(
            stream,
            $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {ExpressionStream.MediaType}\r\nTransfer-Encoding: chunked\r\n\r\n"
        );

        for (var frame = 1; frame <= 3; frame++)
        {
            var line = $"{Frame(frame)}\n";
            await SendAsync(stream, $"{line.Length:x}\r\n{line}\r\n");
            string? answer;
            do
            {
                answer = await reader.ReadLineAsync(Token);
            } while (answer is not null && !answer.StartsWith('{'));

            Assert.Equal(frame, JsonSerializer.Deserialize<FrameAnswer>(answer!, JsonSerializerOptions.Web)!.Frame);
        }
    }

    [Fact]
    public async Task Streams_BeyondTheirNumber_AreToldToComeBack_AndGiveTheirPlacesBack()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxStreams", "1"));

        using (await host.Get<RequestGate>().StreamAsync("somebody", Token))
        {
            using var refused = await host.Client.PostAsync(Path, Lines(Frame(0)), Token);
            Assert.Equal((503, "too many streams are open: try again in a moment"), await Requests.ProblemAsync(refused));
        }

        for (var i = 0; i < 2; i++)
        {
            Assert.Single(await AskAsync(host, Frame(0)));
        }
    }

    [Fact]
    public async Task Body_OfAnotherType_Is415()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        using var refused = await host.Client.PostAsync(Path, Requests.Body(Requests.Plain()), Token);

        Assert.Equal(
            (415, "a stream is sent as application/x-ndjson: {\"at\": 0.04, \"data\": \"BASE64\"}, one a line"),
            await Requests.ProblemAsync(refused)
        );
    }

    private static string Frame(double at) =>
        FormattableString.Invariant($"{{\"at\": {at}, \"data\": \"{Convert.ToBase64String(Requests.Plain())}\"}}");

    private static HttpContent Lines(params string[] lines) =>
        Requests.Body(Encoding.UTF8.GetBytes(string.Join('\n', lines)), ExpressionStream.MediaType);

    private static async Task<IReadOnlyList<FrameAnswer>> AskAsync(InferenceHost host, params string[] lines)
    {
        using var response = await host.Client.PostAsync(Path, Lines(lines), Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<FrameAnswer>(line, JsonSerializerOptions.Web)!),
        ];
    }

    private static ValueTask SendAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), Token);
}
