using System.Net;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Access;
using SsFer.Inference.Http;

namespace SsFer.Inference.Tests;

/// <summary>How much a caller may ask for.</summary>
public sealed class CallerLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_OverAKeysLimit_Are429UntilTimeHasPassed_AndAnotherKeyIsNotTouched()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartInProductionAsync(model, time);
        var keys = host.Get<ApiKeyStore>();
        var limited = await keys.AddAsync(new() { Name = "limited", PerMinute = 3 }, Token);
        var free = await keys.AddAsync(new() { Name = "free" }, Token);
        await host.KeysAreReadAsync();

        for (var left = 2; left >= 0; left--)
        {
            using var answer = await AskAsync(host, limited.Text);
            Assert.Equal(
                (HttpStatusCode.OK, "\"requests\";q=3;w=60", $"\"requests\";r={left};t={60 - 20 * left}"),
                (answer.StatusCode, Field(answer, "RateLimit-Policy"), Field(answer, "RateLimit"))
            );
        }

        using var refused = await AskAsync(host, limited.Text);
        Assert.Equal((429, "this caller may make 3 requests a minute: try again in 20 s"), await Requests.ProblemAsync(refused));
        Assert.Equal((TimeSpan.FromSeconds(20), "\"requests\";r=0;t=60"), (refused.Headers.RetryAfter?.Delta, Field(refused, "RateLimit")));
        using var other = await AskAsync(host, free.Text);
        Assert.Equal((HttpStatusCode.OK, false), (other.StatusCode, other.Headers.Contains("RateLimit")));

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(host, limited.Text)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(host, limited.Text)).StatusCode);
    }

    [Fact]
    public async Task Requests_MoreAtATimeThanAKeyMayHave_Are429_UntilOneIsAnswered()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null, ("Parallelism", "1"));
        var key = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "one at a time", Concurrent = 1 }, Token);
        await host.KeysAreReadAsync();
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", key.Text);
        var taken = await host.Get<RequestGate>().Pictures.EnterAsync(Token); // no picture can be begun
        var first = host.AnswerAsync(Requests.Body(Requests.Plain()));
        await host.UntilInWorkAsync(1);

        Assert.Equal(
            (429, "this caller may have 1 requests in work at a time: try again when one of them is answered"),
            await host.RefusalAsync(Requests.Body(Requests.Plain()))
        );
        taken.Dispose();
        Assert.Single((await first).Pictures);
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures);
    }

    [Fact]
    public async Task Turns_OfTwoKeysFromOneAddress_AreSharedByKey()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(
            model,
            time: null,
            ("MaxConcurrentRequests", "2"),
            ("MaxWaitingRequests", "0"),
            ("Parallelism", "1")
        );
        var keys = host.Get<ApiKeyStore>();
        var (one, other) = (await keys.AddAsync(new() { Name = "one" }, Token), await keys.AddAsync(new() { Name = "other" }, Token));
        await host.KeysAreReadAsync();
        var taken = await host.Get<RequestGate>().Pictures.EnterAsync(Token); // no picture can be begun
        var first = PostAsync(host, one.Text);
        await host.UntilInWorkAsync(1);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(host, one.Text));
        var second = PostAsync(host, other.Text);
        await host.UntilInWorkAsync(2);
        taken.Dispose();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await Task.WhenAll(first, second));
    }

    [Fact]
    public async Task Requests_WithoutKeys_AreLimitedByAddress_AndProbesAreNot()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(model, time, ("Access:RequestsPerMinute", "1"));

        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/v1/model", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.Client.GetAsync("/v1/model", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/alive", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/health", Token)).StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(InferenceHost host, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/model");
        request.Headers.Authorization = new("Bearer", key);
        return await host.Client.SendAsync(request, Token);
    }

    private static async Task<HttpStatusCode> PostAsync(InferenceHost host, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Requests.Path) { Content = Requests.Body(Requests.Plain()) };
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await host.Client.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static string Field(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
