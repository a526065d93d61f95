using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;
using SsFer.Inference.Models;
using SsFer.Inference.Streams;
using SsFer.Testing;

namespace SsFer.Inference.Tests.Streams;

/// <summary>Whom a stream answers while it lasts, and with which model.</summary>
public sealed class StreamAccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_RevokedMeanwhile_EndsTheStream()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        var keys = host.Get<ApiKeyStore>();
        var key = await keys.AddAsync(new() { Name = "museum" }, Token);
        await host.KeysAreReadAsync();
        using var client = await StreamClient.OpenAsync(host, key: key.Text);
        Assert.Null((await client.AskAsync(StreamClient.Frame(0))).Problem);

        await keys.RevokeAsync(key.Key.Id, Token);
        await host.KeysAreReadAsync();

        Assert.Equal(
            new FrameProblem(401, $"API key {key.Key.Id} was revoked: ask for another, and begin again with it"),
            (await client.AskAsync(StreamClient.Frame(1))).Problem
        );
        Assert.Null(await client.TryReadAsync());
    }

    [Fact]
    public async Task Frames_CountAsRequestsOfTheKey()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartInProductionAsync(model, time);
        var key = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "limited", PerMinute = 3 }, Token);
        await host.KeysAreReadAsync();
        using var client = await StreamClient.OpenAsync(host, key: key.Text); // the first of the three

        await AssertLimitedAsync(client, time, answered: 2, "this caller may make 3 requests a minute: try again in 20 s");
    }

    [Fact]
    public async Task Frames_WithoutKeys_CountAsRequestsOfTheAddress()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(model, time, ("Access:RequestsPerMinute", "3"));
        using var client = await StreamClient.OpenAsync(host);
        using var other = await host.Client.GetAsync("/v1/model", Token);

        await AssertLimitedAsync(client, time, answered: 1, "this caller may make 3 requests a minute: try again in 20 s");
    }

    [Theory]
    [InlineData("nobody", 404)]
    [InlineData("..%2F..", 422)]
    [InlineData("broken", 422)]
    public async Task Model_ThatIsNone_IsRefusedBeforeAnythingIsAnswered(string named, int status)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("Inference:NamedModels:0", "*"));
        await host.PromoteAsync("broken", "no model"u8.ToArray());

        using var refused = await host.Client.PostAsync(
            $"{StreamClient.Path}?model={named}",
            Requests.Body([], ExpressionStream.MediaType),
            Token
        );

        Assert.Equal(status, (await Requests.ProblemAsync(refused)).Status);
    }

    [Fact]
    public async Task Store_ThatIsAway_Is503BeforeTheStreamAndInAFramesLineLater()
    {
        using var model = new TestModel("m");
        using var happy = new TestModel("happy");
        using var calm = new TestModel("calm");
        FlakyStore? store = null;
        await using var host = await InferenceHost.BeginAsync(
            happy,
            time: null,
            inner => store = new FlakyStore(inner),
            ("Inference:NamedModels:0", "*"),
            ("MaxNamedModels", "1")
        );
        await host.PromoteAsync("calm", calm.ToOnnx());
        await host.PromoteAsync("m", model.ToOnnx());
        await host.Production.RefreshAsync(Token);
        using var client = await StreamClient.OpenAsync(host, "?model=happy");
        Assert.Null((await client.AskAsync(StreamClient.Frame(0))).Problem);
        (await host.Get<NamedModels>().LeaseAsync("calm", Token)).Dispose(); // in place of the stream's

        store!.IsAway = true;
        Assert.Equal(503, (await client.AskAsync(StreamClient.Frame(1))).Problem?.Status);
        using var refused = await host.Client.PostAsync(
            $"{StreamClient.Path}?model=happy",
            Requests.Body([], ExpressionStream.MediaType),
            Token
        );
        Assert.Equal(503, (await Requests.ProblemAsync(refused)).Status);

        store.IsAway = false;
        Assert.Equal("happy", (await client.AskAsync(StreamClient.Frame(2))).Answer?.Model);
    }

    private static async Task AssertLimitedAsync(StreamClient client, FakeTimeProvider time, int answered, string refusal)
    {
        for (var i = 0; i < answered; i++)
        {
            Assert.Null((await client.AskAsync(StreamClient.Frame(i))).Problem);
        }

        Assert.Equal(new FrameProblem(429, refusal), (await client.AskAsync(StreamClient.Frame(5))).Problem);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null((await client.AskAsync(StreamClient.Frame(6))).Problem);
    }

    private sealed class FlakyStore(IArtifactStore inner) : ForwardingStore(inner)
    {
        public bool IsAway { get; set; }

        public override Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) =>
            IsAway ? throw new ArtifactUnavailableException(path, "made to fail") : base.ExistsAsync(path, cancellationToken);
    }
}
