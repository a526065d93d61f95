using SsFer.Inference.Models;

namespace SsFer.Inference.Tests;

/// <summary>Models other than the one in production.</summary>
public sealed class NamedModelsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_ThatNamesAModel_IsAnsweredByItWhereThatIsAllowed()
    {
        await using var host = await StartAsync("sad", ("Inference:NamedModels:0", "happy"));

        var (own, other) = (await AskAsync(host, ""), await AskAsync(host, "?model=happy"));

        Assert.Equal(("sad", 2, "sadness"), (own.Model, own.Version, own.Pictures[0].Faces[0].Expression));
        Assert.Equal(("happy", null, "happiness"), (other.Model, other.Version, other.Pictures[0].Faces[0].Expression));
        Assert.NotEqual(own.Digest, other.Digest);
        Assert.Equal(2, (await AskAsync(host, "?model=sad")).Version); // allowed always: it is the one in production
    }

    [Fact]
    public async Task Request_ThatNamesAModelWithoutLeave_Is403BeforeAnythingIsRead()
    {
        await using var host = await StartAsync("sad");

        Assert.Equal(
            (
                403,
                "this service does not answer with model 'happy': leave 'model' away for the one in production, or allow it with the "
                    + "option Inference:NamedModels"
            ),
            await host.RefusalAsync(Requests.Body(Requests.Plain()), "?model=happy")
        );
    }

    [Fact]
    public async Task Request_ForAModelThatIsNotThere_Is404_AndForOneThatDoesNotLoad422()
    {
        await using var host = await StartAsync("sad", ("Inference:NamedModels:0", "*"));
        await host.PromoteAsync("broken", "no model"u8.ToArray());

        Assert.Equal(404, (await host.RefusalAsync(Requests.Body(Requests.Plain()), "?model=nobody")).Status);
        Assert.Equal(422, (await host.RefusalAsync(Requests.Body(Requests.Plain()), "?model=..%2F..")).Status);
        var (status, why) = await host.RefusalAsync(Requests.Body(Requests.Plain()), "?model=broken");
        Assert.Equal(422, status);
        Assert.StartsWith("models/broken/model.onnx is not a model ONNX Runtime can load", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamedModels_BeyondTheirNumber_TheOneUnusedForLongestMakesRoom()
    {
        await using var host = await StartAsync("sad", ("Inference:NamedModels:0", "*"), ("MaxNamedModels", "1"));
        using var calm = new TestModel("calm", "neutral");
        await host.PromoteAsync("calm", calm.ToOnnx()); // production looks at the alias only when it is told to
        var named = host.Get<NamedModels>();

        using (await named.LeaseAsync("happy", Token))
        {
            // In use: it cannot make room.
            Assert.Equal(
                (503, "the models that requests name are all in use: try again in a moment"),
                await host.RefusalAsync(Requests.Body(Requests.Plain()), "?model=calm")
            );
        }

        Assert.Equal("calm", (await AskAsync(host, "?model=calm")).Model);
        using var back = await named.LeaseAsync("happy", Token);
        Assert.Equal("happy", back.Pipeline.Model.Description.Id);
    }

    /// <summary>Two models in the store, the other one promoted before this one.</summary>
    private static async Task<InferenceHost> StartAsync(string production, params (string Key, string Value)[] settings)
    {
        using var happy = new TestModel("happy", "happiness");
        using var model = new TestModel(production, "sadness");
        var host = await InferenceHost.StartAsync(happy, settings);
        await host.PromoteAsync(production, model.ToOnnx());
        await host.Production.RefreshAsync(Token);
        return host;
    }

    private static Task<ExpressionsAnswer> AskAsync(InferenceHost host, string query) =>
        host.AnswerAsync(Requests.Body(Requests.Plain()), query);
}
