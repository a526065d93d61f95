using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SsFer.Artifacts.Access;
using SsFer.Inference.Tests;
using static SsFer.Client.Tests.Clients;

namespace SsFer.Client.Tests;

/// <summary>The generated client against the endpoint.</summary>
public sealed class SsFerClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnePicture_WithAFace_IsAnsweredByTheModelThatIsServed()
    {
        using var model = new TestModel("m", favourite: "happiness");
        await using var host = await InferenceHost.StartAsync(model);

        var answer = await host.Ask().PostExpressionsAsync(images: [File("face.png", Requests.Plain(60, 50))], cancellationToken: Token);
        var served = await host.Ask().GetServedModelAsync(Token);

        Assert.Equal(("m", served.Digest, served.Version), (answer.Model, answer.Digest, answer.Version));
        Assert.True(answer.Milliseconds.Classify > 0);
        var picture = Assert.Single(answer.Pictures);
        Assert.Equal(
            ("face.png", PictureStatus.Ok, 60, 50, null),
            (picture.Name, picture.Status, picture.Width, picture.Height, picture.Message)
        );
        var face = Assert.Single(picture.Faces);
        Assert.Equal((0, 0, 60, 50), (face.Box.Left, face.Box.Top, face.Box.Right, face.Box.Bottom));
        Assert.Equal("happiness", face.Expression);
        Assert.Equal(TestModel.Classes.Order(), face.Probabilities.Select(each => each.Expression).Order());
        Assert.Equal(1, face.Probabilities.Sum(each => each.Probability), 1e-4);
    }

    [Fact]
    public async Task ManyPictures_GoodAndBad_AreAnsweredInTheirOrder()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);

        var answer = await host.Ask()
            .PostExpressionsAsync(
                images:
                [
                    File("wall.png", Requests.Plain()),
                    File("letter.txt", "Dear all,"u8.ToArray()),
                    File("cut.png", Requests.Plain()[..60]),
                ],
                cancellationToken: Token
            );

        Assert.Equal(
            [("wall.png", PictureStatus.NoFace, 0), ("letter.txt", PictureStatus.Unreadable, 0), ("cut.png", PictureStatus.Unreadable, 0)],
            answer.Pictures.Select(picture => (picture.Name, picture.Status, picture.Faces.Count))
        );
        Assert.All(answer.Pictures, picture => Assert.StartsWith(picture.Name, picture.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_AreAskedForByTheirNames()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);

        var answer = await host.Ask()
            .PostExpressionsAsync(
                maxFaces: 1,
                minScore: 0.25,
                cropped: true,
                explain: true,
                images: [File("face.png", Requests.Plain())],
                cancellationToken: Token
            );

        var explanation = Assert.Single(Assert.Single(answer.Pictures).Faces).Explanation;
        Assert.Equal("occlusion", explanation!.Method);
        Assert.Equal("PNG"u8, explanation.HeatMap.AsSpan(1, 3));
    }

    [Fact]
    public async Task Refusal_IsThrownWithTheProblemsOneLine()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        var (status, line) = await host.RefusalAsync(Requests.Form(("a.png", Requests.Plain())), "?model=other");

        var refusal = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(() =>
            host.Ask().PostExpressionsAsync(model: "other", images: [File("a.png", Requests.Plain())], cancellationToken: Token)
        );

        Assert.Equal((403, line), (status, refusal.Message));
        Assert.Equal((403, line), (refusal.StatusCode, refusal.Result.Detail));
    }

    [Fact]
    public async Task Key_Missing_IsToldWithTheCure()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        await host.KeysAreReadAsync();

        var refusal = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(() => host.Ask().GetServedModelAsync(Token));

        Assert.Equal(401, refusal.StatusCode);
        Assert.Equal(
            "the request carries no API key: send it as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'; ssfer keys add NAME makes one",
            refusal.Message
        );
    }

    [Fact]
    public async Task Key_Given_LetsIn()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        var key = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "museum" }, Token);
        await host.KeysAreReadAsync();

        var answer = await host.Ask(key.Text).PostExpressionsAsync(images: [File("a.png", Requests.Plain())], cancellationToken: Token);

        Assert.Equal(PictureStatus.Ok, Assert.Single(answer.Pictures).Status);
    }

    [Fact]
    public async Task ServedModel_HasItsCard()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var served = await host.Ask().GetServedModelAsync(Token);

        Assert.Equal(("m", 1L), (served.Id, served.Version));
        Assert.Equal(TestModel.Classes, served.Classes);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, served.Card!.Value.ValueKind);
    }

    [Fact]
    public async Task BusyEndpoint_ThatSaysWhenToComeBack_IsAskedAgainWithThePictures()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using var busy = new BusyTwice();
        await using var services = host.Services(key: null, busy);

        var answer = await services
            .GetRequiredService<ISsFerClient>()
            .PostExpressionsAsync(images: [File("a.png", Requests.Plain())], cancellationToken: Token);

        Assert.Equal(PictureStatus.Ok, Assert.Single(answer.Pictures).Status);
        Assert.Equal(3, busy.Calls);
    }

    /// <summary>What docs/api.md shows.</summary>
    [Fact]
    public async Task Example_OfTheDocument_TellsExpressionsOrWhyThereIsNone()
    {
        using var model = new TestModel("m", favourite: "happiness");
        await using var host = await InferenceHost.StartAsync(model);
        var folder = Directory.CreateTempSubdirectory("ssfer-client-");
        var (good, bad) = (Path.Combine(folder.FullName, "good.png"), Path.Combine(folder.FullName, "bad.png"));
        await System.IO.File.WriteAllBytesAsync(good, Requests.Plain(), Token);
        await System.IO.File.WriteAllBytesAsync(bad, [1, 2, 3], Token);
        var moods = new Moods(host.Ask());

        Assert.StartsWith("happiness (", Assert.Single(await moods.OfAsync(good, Token)), StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => moods.OfAsync(bad, Token));
        Assert.StartsWith("bad.png ", fault.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>Takes two requests and refuses them, the third it hands on.</summary>
    private sealed class BusyTwice() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            if (Calls > 2)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "0" } } };
        }
    }
}
