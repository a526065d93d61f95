using System.Net;

namespace SsFer.Inference.Tests.Page;

/// <summary>The files of the page, as they are sent.</summary>
public sealed class PageFileTests
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/try", "text/html")]
    [InlineData("/try/page.css", "text/css")]
    [InlineData("/try/page.js", "text/javascript")]
    public async Task File_IsSentWithAPolicyThatLetsNothingElseIn_AndAsksAgainByItsTag(string path, string type)
    {
        await using var host = await InferenceHost.StartAsync(null);

        using var first = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, type), (first.StatusCode, first.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith(
            "default-src 'none'; script-src 'self';",
            first.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("true", HttpStatusCode.OK)]
    [InlineData("false", HttpStatusCode.Unauthorized)] // as everything that there is not
    public async Task Page_InProduction_IsThereWithoutAKeyWhereItIsAskedFor(string setting, HttpStatusCode expected)
    {
        await using var host = await InferenceHost.StartInProductionAsync(null, time: null, (nameof(InferenceOptions.TryPage), setting));
        await host.KeysAreReadAsync();

        using var answer = await host.Client.GetAsync("/try", TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }
}
