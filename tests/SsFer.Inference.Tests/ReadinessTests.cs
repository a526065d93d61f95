using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace SsFer.Inference.Tests;

/// <summary>When an instance is to be asked, and what it says before.</summary>
public sealed class ReadinessTests
{
    private const string Loading = "the model in production is being loaded: try again in a moment";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_UntilTheFirstModelIsLoaded_IsUnhealthy()
    {
        using var model = new TestModel("m");
        var open = new TaskCompletionSource();
        await using var host = await InferenceHost.BeginAsync(model, time: null, store => new GatedStore(store, open.Task));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await HealthAsync(host));
        Assert.Equal((503, Loading), await host.RefusalAsync(Requests.Body(Requests.Plain())));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/alive", Token)).StatusCode);

        open.SetResult();
        await host.Production.RefreshAsync(Token);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(host));
    }

    [Fact]
    public async Task Health_WhereTheAliasCannotBeReadAtStart_IsUnhealthyUntilItCan()
    {
        using var model = new TestModel("m");
        GatedStore? store = null;
        await using var host = await InferenceHost.BeginAsync(model, time: null, inner =>
            store = new GatedStore(inner, Task.CompletedTask) { IsAway = true }
        );
        await host.Production.RefreshAsync(Token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await HealthAsync(host));

        store!.IsAway = false;
        await host.Production.RefreshAsync(Token);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(host));
        store.IsAway = true;
        await host.Production.RefreshAsync(Token);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(host)); // it has what it answers with
    }

    [Fact]
    public async Task Requests_WhileTheFirstPromotedModelLoads_SaySo()
    {
        using var model = new TestModel("m");
        var open = new TaskCompletionSource();
        GatedStore? store = null;
        await using var host = await InferenceHost.BeginAsync(null, time: null, inner => store = new GatedStore(inner, open.Task));
        await host.Production.RefreshAsync(Token);
        Assert.Equal(
            "no model is in production yet: promote one with POST /api/models/ID/promote at the Console, or ssfer models promote ID",
            (await host.RefusalAsync(Requests.Body(Requests.Plain()))).Detail
        );

        await host.PromoteAsync(model.Id, model.ToOnnx());
        var load = host.Production.RefreshAsync(Token);
        await store!.Asked.WaitAsync(Token);

        Assert.Equal((503, Loading), await host.RefusalAsync(Requests.Body(Requests.Plain())));
        open.SetResult();
        await load;
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    [Fact]
    public async Task Requests_WhereTheFirstModelDoesNotLoad_SayWhich()
    {
        await using var host = await InferenceHost.StartAsync(null);
        await host.PromoteAsync("broken", "no model"u8.ToArray());
        await host.Production.RefreshAsync(Token);

        Assert.StartsWith(
            "model broken is in production and does not load: promote another",
            (await host.RefusalAsync(Requests.Body(Requests.Plain()))).Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Outages_OfStoreAndBus_DegradeAndDoNotTakeTheInstanceAway()
    {
        await using var host = await InferenceHost.StartAsync(null);

        var checks = host.Get<IOptions<HealthCheckServiceOptions>>()
            .Value.Registrations.ToDictionary(check => check.Name, check => check.FailureStatus);

        Assert.Equal(HealthStatus.Unhealthy, checks["model"]);
        Assert.Equal(HealthStatus.Degraded, checks["store"]);
        Assert.All(checks.Where(check => check.Key != "model"), check => Assert.Equal(HealthStatus.Degraded, check.Value));
        Assert.True(checks.Count >= 4, "self, store, bus and model are looked at");
    }

    private static async Task<(HttpStatusCode, string)> HealthAsync(InferenceHost host)
    {
        using var answer = await host.Client.GetAsync("/health", Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
