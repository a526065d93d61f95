using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SsFer.Inference.Http;
using SsFer.Inference.Streams;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Tests.Streams;

[Trait("Category", "Slow")]
public sealed class ExpressionStreamTests
{
    private const string Path = StreamClient.Path;

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

    [Theory]
    [InlineData("{\"data\": \"\\ud800\"}", 422)]
    [InlineData("{\"\\ud800\": 1}", 400)]
    [InlineData("{\"\\ud800data\": \"\"}", 400)]
    [InlineData("{\"data\": \"\u00ff\"}", 422)]
    [InlineData("{\"\u00ff\": \"\"}", 400)]
    public async Task Frame_OfHalfASurrogatePairOrNoUtf8_IsRefusedInItsLine(string line, int status)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        using var response = await host.Client.PostAsync(
            Path,
            Requests.Body(Encoding.Latin1.GetBytes($"{line}\n{Frame(0)}"), ExpressionStream.MediaType),
            Token
        );

        Assert.Equal([status, null], AnswersOf(await response.Content.ReadAsStringAsync(Token)).Select(answer => answer.Problem?.Status));
    }

    [Fact]
    public async Task Time_MayBeginBelowZero_AndIsFinite()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var answers = await AskAsync(host, Frame(-2), Frame(-1), "{\"at\": 1e999, \"data\": \"\"}", "\r", Frame(-1.5));

        Assert.Equal([null, null, 422, 422], answers.Select(answer => answer.Problem?.Status));
        Assert.Equal("'at' is beyond all numbers: send seconds", answers[2].Problem!.Detail);
        Assert.StartsWith("'at' is earlier than", answers[3].Problem!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_RefusedInARow_EndTheStreamAfterSixteen()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        var wrong = Enumerable.Repeat("{}", 15);

        Assert.Equal(31, (await AskAsync(host, [.. wrong, Frame(0), .. wrong])).Count);
        var answers = await AskAsync(host, [.. wrong, "{}", Frame(0)]);

        Assert.Equal(17, answers.Count);
        Assert.Equal(
            (17, 400, "16 frames in a row were refused: mend what their lines tell, then begin a new stream"),
            (answers[^1].Frame, answers[^1].Problem!.Status, answers[^1].Problem!.Detail)
        );
    }

    [Fact]
    public async Task Line_ThatComesTooSlowly_EndsTheStream()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(model, time);
        using var client = await StreamClient.OpenAsync(host);
        Assert.Equal(1, (await client.AskAsync(Frame(0))).Frame);

        var answer = client.ReadAsync();
        while (!answer.IsCompleted)
        {
            await client.SendAsync("x");
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        Assert.Equal((2, 408), ((await answer).Frame, (await answer).Problem!.Status));
        Assert.Null(await client.TryReadAsync());
        Assert.Empty(host.Log.Traces);
    }

    [Fact]
    public async Task Service_ThatStops_EndsTheStreamWithAWord()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using var client = await StreamClient.OpenAsync(host);
        Assert.Null((await client.AskAsync(Frame(0))).Problem);

        host.Get<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(new FrameProblem(503, "the service stops: begin a new stream"), (await client.ReadAsync()).Problem);
        Assert.Null(await client.TryReadAsync());
        Assert.Empty(host.Log.Traces);
    }

    [Fact]
    public async Task Client_ThatGoesAwayInALine_LeavesItsPlaceAndNoTrace()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxStreams", "1"));
        for (var i = 0; i < 3; i++)
        {
            var client = await StreamClient.OpenAsync(host);
            var answer = await client.AskAsync(Frame(0));
            Assert.Equal(1, answer.Frame);
            await client.SendAsync("{");
            client.Dispose();
            await UntilNoStreamAsync(host);
        }

        Assert.Empty(host.Log.Traces);
    }

    [Fact]
    public async Task Model_ThatChangesMeanwhile_LeavesAFaceItsTrack_AndIsNotMixedWithTheOneBefore()
    {
        using var sad = new TestModel("sad", "sadness");
        using var happy = new TestModel("happy", "happiness");
        await using var host = await InferenceHost.StartAsync(sad);
        using var client = await StreamClient.OpenAsync(host);
        Assert.Equal(("sad", 1, "sadness"), Told(await client.AskAsync(Frame(0))));
        Assert.Equal(("sad", 2, "sadness"), Told(await client.AskAsync(Frame(2)))); // out of sight for too long

        await host.PromoteAsync("happy", happy.ToOnnx());
        await host.Production.RefreshAsync(Token);

        Assert.Equal(("happy", 2, "happiness"), Told(await client.AskAsync(Frame(2.01))));

        static (string, int?, string) Told(FrameAnswer answer)
        {
            var face = answer.Answer!.Pictures[0].Faces[0];
            return (answer.Answer.Model, face.Track, face.Expression);
        }
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
        using var client = await StreamClient.OpenAsync(host);

        for (var frame = 1; frame <= 3; frame++)
        {
            Assert.Equal(frame, (await client.AskAsync(Frame(frame))).Frame);
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

    /// <summary>Of a service that takes one.</summary>
    private static async Task UntilNoStreamAsync(InferenceHost host)
    {
        while (true)
        {
            try
            {
                (await host.Get<RequestGate>().StreamAsync("somebody", Token)).Dispose();
                return;
            }
            catch (RequestRefusedException)
            {
                await Task.Delay(10, Token);
            }
        }
    }

    private static string Frame(double at) => StreamClient.Frame(at);

    private static HttpContent Lines(params string[] lines) =>
        Requests.Body(Encoding.UTF8.GetBytes(string.Join('\n', lines)), ExpressionStream.MediaType);

    private static async Task<IReadOnlyList<FrameAnswer>> AskAsync(InferenceHost host, params string[] lines)
    {
        using var response = await host.Client.PostAsync(Path, Lines(lines), Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return AnswersOf(text);
    }

    private static IReadOnlyList<FrameAnswer> AnswersOf(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<FrameAnswer>(line, JsonSerializerOptions.Web)!),
        ];
}
