using System.Net;

namespace SsFer.Inference.Tests;

/// <summary>What browsers are told, and what pages of others may not ask them for.</summary>
public sealed class BrowserTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/model")]
    [InlineData("/nothing/here")]
    [InlineData("/health")]
    public async Task Answers_OfAnyKind_LetABrowserLoadNothing(string path)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        using var answer = await host.Client.GetAsync(path, Token);

        Assert.Equal(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy"))
        );
        Assert.Equal(
            ("nosniff", "no-referrer"),
            (Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")), Assert.Single(answer.Headers.GetValues("Referrer-Policy")))
        );
        Assert.False(answer.Headers.Contains("Strict-Transport-Security")); // not over https
    }

    [Fact]
    public async Task Request_ToANameThatIsNotTheServices_IsRefused_WithItsHeaders()
    {
        await using var host = await InferenceHost.StartInProductionAsync(null, time: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, Requests.Path) { Content = Requests.Body(Requests.Plain()) };
        request.Headers.Host = "rebound.example";

        using var answer = await host.Client.SendAsync(request, Token);

        Assert.Equal(400, (await Requests.ProblemAsync(answer)).Status);
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
    }

    [Theory]
    [InlineData("inference")]
    [InlineData("localhost")]
    [InlineData("inference.dev.localhost")]
    [InlineData("[::1]:80")]
    public async Task Request_ToANameOfTheService_IsAnswered(string name)
    {
        await using var host = await InferenceHost.StartInProductionAsync(null, time: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/alive");
        request.Headers.Host = name;

        using var answer = await host.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://elsewhere.example", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("User-Agent", "curl/8", 200)]
    public async Task Post_AskedForByAPageOfAnotherOrigin_IsForbidden(string header, string value, int status)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using var request = new HttpRequestMessage(HttpMethod.Post, Requests.Path) { Content = Requests.Body(Requests.Plain()) };
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await host.Client.SendAsync(request, Token);

        Assert.Equal(status, (int)answer.StatusCode);
    }
}
