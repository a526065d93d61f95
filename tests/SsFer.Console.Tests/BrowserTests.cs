using System.Net;
using System.Net.Http.Json;
using SsFer.Artifacts.Access;

namespace SsFer.Console.Tests;

/// <summary>What a page that somebody looks at may do to the Console behind their back: nothing.</summary>
public sealed class BrowserTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promotion_ThroughAReboundHostName_IsRefused_AndChangesNothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        await ModelTests.StoreAsync(host, "m", 0.5);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/models/m/promote") { Content = JsonContent.Create(new { }) };
        request.Headers.Host = "rebound.example";
        request.Headers.Add("Origin", "http://rebound.example"); // to the browser it is the page's own address
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        await Answer.RefusalAsync(await host.Client.SendAsync(request, Token), 400);

        var production = await host.GetAsync("/api/models/production");
        Assert.False(production.TryGetProperty("current", out var current) && current.GetString() is not null);
    }

    [Theory]
    [InlineData("cross-site", null, HttpStatusCode.Forbidden)]
    [InlineData("same-site", null, HttpStatusCode.Forbidden)]
    [InlineData("same-origin", "http://behind-a-proxy.example", HttpStatusCode.Conflict)]
    [InlineData("none", null, HttpStatusCode.Conflict)]
    [InlineData(null, null, HttpStatusCode.Conflict)]
    public async Task RollBack_OnlyFromAPageOfItsOwnOrNoPage_IsLookedAt(string? site, string? origin, HttpStatusCode expected)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/models/rollback");
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await host.Client.SendAsync(request, Token);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("console")]
    [InlineData("localhost")]
    public async Task Request_ToANameOfTheConsole_IsAnswered(string name)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models");
        request.Headers.Host = name;

        using var answer = await host.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Keys_WhereTheConsoleDemandsThem_AreForOperators()
    {
        await using var host = await ConsoleHost.StartAsync(("Access:RequireKeys", "true"));
        var keys = new ApiKeyStore(host.Store, host.Time);
        var predict = await keys.AddAsync(new() { Name = "caller" }, Token);
        var operate = await keys.AddAsync(new() { Name = "operator", Roles = [ApiKeyRole.Operate] }, Token);
        await ConsoleHost.UntilAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(5)); // the next look
            return await StatusAsync(host, operate.Text) == HttpStatusCode.OK;
        });

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, predict.Text));
        using var page = await host.Client.GetAsync("/", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/alive", Token)).StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(ConsoleHost host, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models");
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await host.Client.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
