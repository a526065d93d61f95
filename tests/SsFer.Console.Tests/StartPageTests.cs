using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SsFer.Console.Tests;

public sealed partial class StartPageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_OfAnEmptyStore_SaysWhatToDoFirst()
    {
        await using var host = await ConsoleHost.StartAsync();

        var page = await PageAsync(host);

        Assert.Contains("Nothing is served yet", page, StringComparison.Ordinal);
        Assert.Contains("ssfer data import", page, StringComparison.Ordinal);
        Assert.Contains("No run was started yet", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/api/openapi/console.json\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/v1/", page, StringComparison.Ordinal); // this process answers no pictures
    }

    [Fact]
    public async Task Page_WithARun_ShowsItsStagesAndHowFarTheyAre()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        var asked = new
        {
            id = "first",
            labelled = "faces",
            recipe = "smoke",
            teacher = false,
        };
        await Answer.ReadAsync(await host.PostAsync("/api/runs", asked), 201);

        var page = await PageAsync(host);

        Assert.Contains("href=\"/api/datasets/faces\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/api/runs/first\"", page, StringComparison.Ordinal);
        Assert.Contains("Next: wait for a run to end", page, StringComparison.Ordinal);
        Assert.Matches("pretraining <b class=\"pending\">pending</b>", page);
    }

    [Fact]
    public async Task Page_WithAModelInProduction_TellsItsFiguresAndEncodesWhatPeopleWrote()
    {
        await using var host = await ConsoleHost.StartAsync();
        await ModelTests.StoreAsync(host, "first", 0.4125);
        Assert.Contains("Next: promote one", await PageAsync(host), StringComparison.Ordinal);
        var reason = new { reason = "<script>alert(1)</script>" };
        await Answer.ReadAsync(await host.PostAsync("/api/models/first/promote", reason), 200);

        var page = await PageAsync(host);

        Assert.Contains("href=\"/api/models/first\"", page, StringComparison.Ordinal);
        Assert.Contains("41.3 %", page, StringComparison.Ordinal);
        Assert.Contains("In production since 2026-11-23 08:00 UTC", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithoutItsCard_SaysSoAndShowsTheRest()
    {
        await using var host = await ConsoleHost.StartAsync();
        await ModelTests.StoreAsync(host, "first", 0.5);
        await Answer.ReadAsync(await host.Client.PostAsync("/api/models/first/promote", null, Token), 200);
        await host.Store.DeleteAsync("models/first/card.json", Token);

        var page = await PageAsync(host);

        Assert.Contains("Its card cannot be read", page, StringComparison.Ordinal);
        Assert.Contains("No run was started yet", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_AllowsItsOwnStyleAndNothingElse()
    {
        await using var host = await ConsoleHost.StartAsync();

        using var answer = await host.Client.GetAsync("/", Token);

        var page = await answer.Content.ReadAsStringAsync(Token);
        var style = StyleSheet().Match(page).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith($"default-src 'none'; style-src 'sha256-{hash}';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_OfTheStreamOfEvents_EndsAtOnce()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/events");

        using var answer = await host.Client.SendAsync(request, HttpCompletionOption.ResponseContentRead, Token);

        Assert.Equal((200, "text/event-stream"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        await host.GetAsync("/api/runs"); // the connection is free again
    }

    private static async Task<string> PageAsync(ConsoleHost host)
    {
        using var answer = await host.Client.GetAsync("/", Token);
        Assert.Equal((200, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsStringAsync(Token);
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleSheet();
}
