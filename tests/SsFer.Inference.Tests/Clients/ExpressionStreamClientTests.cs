using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using SsFer.Artifacts.Access;
using SsFer.Inference.Tests;
using static SsFer.Client.Tests.Clients;

namespace SsFer.Client.Tests;

/// <summary>Frames in, answers out.</summary>
public sealed class ExpressionStreamClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_AreAnsweredWhileTheNextIsStillToCome()
    {
        using var model = new TestModel("m", favourite: "happiness");
        await using var host = await InferenceHost.StartAsync(model, Http2);
        var frames = Channel.CreateUnbounded<Frame>();
        await using var answers = host.Stream()
            .PostFramesAsync(frames.Reader.ReadAllAsync(Token), cancellationToken: Token)
            .GetAsyncEnumerator(Token);

        for (var i = 0; i < 3; i++)
        {
            await frames.Writer.WriteAsync(new Frame { At = i / 25d, Data = Requests.Plain() }, Token);
            Assert.True(await answers.MoveNextAsync());
            Assert.Equal((i + 1, i / 25d), (answers.Current.Frame, answers.Current.At));
            var face = Assert.Single(Assert.Single(answers.Current.Answer!.Pictures).Faces);
            Assert.Equal(("happiness", 1), (face.Expression, face.Track));
        }

        frames.Writer.Complete();
        Assert.False(await answers.MoveNextAsync());
    }

    [Fact]
    public async Task Frame_ThatIsNoPicture_IsToldInItsPlaceAndTheStreamGoesOn()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, Http2);

        var answers = await AnswersAsync(
            host,
            Frames(new() { At = 2, Data = Requests.Plain() }, new() { At = 1, Data = [] }, new() { At = 3, Data = [1, 2, 3] })
        );

        Assert.Equal([null, 422, null], answers.Select(answer => answer.Problem?.Status));
        Assert.Equal("'at' is earlier than that of the frame before: send frames in their order", answers[1].Problem!.Detail);
        Assert.Equal(PictureStatus.Unreadable, Assert.Single(answers[2].Answer!.Pictures).Status);
    }

    [Fact]
    public async Task Options_HoldForEveryFrame()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model, Http2);
        var options = new StreamOptions
        {
            MaxFaces = 1,
            MinScore = 0.25,
            Cropped = true,
            Explain = true,
        };

        var answer = Assert.Single(await AnswersAsync(host, Frames(new Frame { Data = Requests.Plain() }), options));

        Assert.NotNull(Assert.Single(Assert.Single(answer.Answer!.Pictures).Faces).Explanation);
    }

    [Fact]
    public void Options_AreThoseOfTheOtherOperation_ButKeepingWhichIsNotDoneWithFrames() =>
        Assert.Equal(
            typeof(ISsFerClient)
                .GetMethod(nameof(ISsFerClient.PostExpressionsAsync))!
                .GetParameters()
                .Select(parameter => parameter.Name!)
                .Except(["images", "keep", "cancellationToken"])
                .Order(StringComparer.OrdinalIgnoreCase),
            typeof(StreamOptions).GetProperties().Select(option => option.Name).Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase
        );

    [Fact]
    public async Task Stream_Refused_IsThrownWithTheProblemsOneLine()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null, Http2);
        var key = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "museum" }, Token);
        await host.KeysAreReadAsync();

        var keyless = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(() =>
            AnswersAsync(host, Frames(new Frame { Data = Requests.Plain() }))
        );
        var named = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(() =>
            AnswersAsync(host, Frames(), new StreamOptions { Model = "other" }, key.Text)
        );

        Assert.Equal(401, keyless.StatusCode);
        Assert.StartsWith("the request carries no API key: ", keyless.Message, StringComparison.Ordinal);
        Assert.Equal(403, named.StatusCode);
    }

    [Fact]
    public async Task Reader_ThatStops_EndsTheStream()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, Http2);
        var hasEnded = new TaskCompletionSource();

        await foreach (var answer in host.Stream().PostFramesAsync(Endless(hasEnded, Token), cancellationToken: Token))
        {
            if (answer.Frame == 2)
            {
                break;
            }
        }

        await hasEnded.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Frames_ThatFail_FailTheStreamWithTheirOwnFault()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, Http2);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => AnswersAsync(host, Broken()));

        Assert.Equal("the camera is gone", fault.Message);
    }

    [Fact]
    public async Task Address_OfItsOwn_IsWhereStreamsAreSent()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, Http2);
        await using var services = new ServiceCollection()
            .AddSsFerClient(new Uri("http://nowhere.invalid"), streamAddress: host.Client.BaseAddress)
            .BuildServiceProvider();

        var answers = services.GetRequiredService<ExpressionStreamClient>().PostFramesAsync(Frames(), cancellationToken: Token);

        Assert.Empty(await answers.ToListAsync(Token));
    }

    [Fact]
    public async Task Endpoint_WithoutHttp2_IsToldAsTheCause()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => AnswersAsync(host, Frames(new Frame { Data = Requests.Plain() })));

        Assert.Equal(
            $"{host.Client.BaseAddress} began no stream, which takes HTTP/2: "
                + "call it over https, or at a port for which the service is set to Protocols=Http2",
            fault.Message
        );
    }

    [Fact]
    public async Task Endpoint_ThatIsNotThere_IsNotSaidToLackHttp2()
    {
        var host = await InferenceHost.StartAsync(null, Http2);
        var client = host.Stream();
        await host.DisposeAsync();

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.PostFramesAsync(Frames(), cancellationToken: Token).ToListAsync(Token).AsTask()
        );

        Assert.Equal(HttpRequestError.ConnectionError, fault.HttpRequestError);
        Assert.DoesNotContain("HTTP/2", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<List<FrameAnswer>> AnswersAsync(
        InferenceHost host,
        IAsyncEnumerable<Frame> frames,
        StreamOptions? options = null,
        string? key = null
    ) => await host.Stream(key).PostFramesAsync(frames, options, Token).ToListAsync(Token);

    private static async IAsyncEnumerable<Frame> Frames(params Frame[] frames)
    {
        foreach (var frame in frames)
        {
            yield return frame;
        }

        await Task.CompletedTask;
    }

    private static async IAsyncEnumerable<Frame> Broken()
    {
        yield return new Frame { Data = Requests.Plain() };
        await Task.Yield();
        throw new InvalidDataException("the camera is gone");
    }

    private static async IAsyncEnumerable<Frame> Endless(
        TaskCompletionSource hasEnded,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new Frame { Data = Requests.Plain() };
                await Task.Yield();
            }
        }
        finally
        {
            hasEnded.TrySetResult();
        }
    }
}
