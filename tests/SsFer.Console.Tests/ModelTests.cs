using System.Net;
using SsFer.Artifacts.Storage;
using SsFer.Console.Events;
using SsFer.Contracts.Events;

namespace SsFer.Console.Tests;

public sealed class ModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_AreListedWithTheirAccuracy()
    {
        await using var host = await ConsoleHost.StartAsync();
        await StoreAsync(host, "first", 0.5);
        await StoreAsync(host, "second", 0.75);
        await Answer.ReadAsync(await host.Client.PostAsync("/api/models/first/promote", null, Token), 200);

        var models = (await host.GetAsync("/api/models")).EnumerateArray().ToDictionary(model => model.GetProperty("id").GetString()!);

        Assert.Equal(
            (true, 0.5),
            (models["first"].GetProperty("inProduction").GetBoolean(), models["first"].GetProperty("accuracy").GetDouble())
        );
        Assert.Equal(
            (false, 0.75),
            (models["second"].GetProperty("inProduction").GetBoolean(), models["second"].GetProperty("accuracy").GetDouble())
        );
        Assert.Equal("teacher", (await host.GetAsync("/api/models/second")).GetProperty("card").GetProperty("product").GetString());
    }

    [Fact]
    public async Task PromoteAndRollBack_AreRecordedAndPublished()
    {
        await using var host = await ConsoleHost.StartAsync();
        await StoreAsync(host, "first", 0.5);
        await StoreAsync(host, "second", 0.75);
        using var events = host.Get<EventHub>().Subscribe(run: null, capacity: 16);

        await Answer.ReadAsync(await host.PostAsync("/api/models/first/promote", new { reason = "the first", by = "Ada" }), 200);
        await Answer.ReadAsync(await host.PostAsync("/api/models/second/promote", new { }), 200);
        var back = await Answer.ReadAsync(await host.PostAsync("/api/models/rollback", new { reason = "worse on Mondays" }), 200);

        Assert.Equal(
            ("first", "second", 3),
            (back.GetProperty("model").GetString(), back.GetProperty("previous").GetString(), back.GetProperty("sequence").GetInt32())
        );
        var history = (await host.GetAsync("/api/models/production")).GetProperty("history");
        Assert.Equal(
            ["promoted", "promoted", "rolledBack"],
            history.EnumerateArray().Select(entry => entry.GetProperty("action").GetString())
        );
        Assert.Equal(
            ["the first", "by hand", "worse on Mondays"],
            history.EnumerateArray().Select(entry => entry.GetProperty("reason").GetString())
        );
        List<string> names = [];
        while (names.Count < 3)
        {
            names.Add((await events.Events.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token)).Name);
        }

        Assert.Equal([nameof(ModelPromoted), nameof(ModelPromoted), nameof(ModelRolledBack)], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RollBackAndPromote_RepeatedWithTheModelTheyReplace_AreMadeOnce()
    {
        await using var host = await ConsoleHost.StartAsync();
        foreach (var id in new[] { "first", "second", "third" })
        {
            await StoreAsync(host, id, 0.5);
            await Answer.ReadAsync(await host.PostAsync($"/api/models/{id}/promote", new { }), 200);
        }

        await Answer.ReadAsync(await host.PostAsync("/api/models/rollback", new { from = "third" }), 200);
        Assert.Contains(
            "'second' is",
            await Answer.RefusalAsync(await host.PostAsync("/api/models/rollback", new { from = "third" }), 409),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'second' is",
            await Answer.RefusalAsync(await host.PostAsync("/api/models/first/promote", new { from = "third" }), 409),
            StringComparison.Ordinal
        );
        await Answer.ReadAsync(await host.PostAsync("/api/models/third/promote", new { from = "second" }), 200);
        await Answer.ReadAsync(await host.PostAsync("/api/models/third/promote", new { from = "second" }), 200);

        var history = (await host.GetAsync("/api/models/production")).GetProperty("history");
        Assert.Equal(
            ["first", "second", "third", "second", "third"],
            history.EnumerateArray().Select(entry => entry.GetProperty("model").GetString())
        );
    }

    [Fact]
    public async Task RollBack_WithNothingBefore_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();

        await Answer.RefusalAsync(await host.PostAsync("/api/models/rollback", new { }), 409);
    }

    [Theory]
    [InlineData("http://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Conflict)]
    public async Task RollBack_AskedForByAPageOfAnotherOrigin_IsForbidden(string? origin, HttpStatusCode expected)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/models/rollback");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/models/nobody", 404)]
    [InlineData("POST", "/api/models/nobody/promote", 404)]
    [InlineData("GET", "/api/models/aliases", 422)]
    [InlineData("POST", "/api/models/a%20b/promote", 422)]
    public async Task Model_ThatIsNotThere_IsRefused(string method, string path, int status)
    {
        await using var host = await ConsoleHost.StartAsync();

        await Answer.RefusalAsync(await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Token), status);
    }

    internal static Task<string?> StoreAsync(ConsoleHost host, string id, double accuracy) =>
        host.Store.TryPutJsonIfAbsentAsync(
            $"models/{id}/card.json",
            new
            {
                id,
                run = new
                {
                    id,
                    recipeName = "smoke",
                    created = host.Time.GetUtcNow(),
                },
                classes = Pictures.Classes,
                product = "teacher",
                evaluations = new[] { new { model = "student", accuracy = 0.1 }, new { model = "teacher", accuracy } },
            },
            Token
        );
}
