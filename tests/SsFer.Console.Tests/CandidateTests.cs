using SsFer.Console.Events;
using SsFer.Contracts.Events;

namespace SsFer.Console.Tests;

/// <summary>Trying a model beside production over HTTP.</summary>
public sealed class CandidateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Candidate_TriedAndWithdrawn_IsToldAndPublished()
    {
        await using var host = await StartAsync();
        using var events = host.Get<EventHub>().Subscribe(run: null, capacity: 16);

        await Answer.ReadAsync(await host.PostAsync("/api/models/second/shadow", new { by = "Ada" }), 200);
        var canary = await Answer.ReadAsync(
            await host.PostAsync("/api/models/second/canary", new { share = 0.05, reason = "agrees" }),
            200
        );
        var candidate = (await host.GetAsync("/api/models/production")).GetProperty("candidate");
        var models = (await host.GetAsync("/api/models"))
            .EnumerateArray()
            .ToDictionary(
                model => model.GetProperty("id").GetString()!,
                model => (model.GetProperty("inProduction").GetBoolean(), model.GetProperty("isCandidate").GetBoolean())
            );
        var ended = await Answer.ReadAsync(await host.PostAsync("/api/models/withdraw", new { model = "second" }), 200);

        Assert.Equal(
            ("canary", 0.05m, "agrees"),
            (canary.GetProperty("kind").GetString(), canary.GetProperty("share").GetDecimal(), canary.GetProperty("reason").GetString())
        );
        Assert.Equal(canary.GetProperty("id").GetString(), candidate.GetProperty("id").GetString());
        Assert.Equal(((true, false), (false, true)), (models["first"], models["second"]));
        Assert.False((await host.GetAsync("/api/models/second")).GetProperty("isCandidate").GetBoolean());
        Assert.Equal("withdrawn", ended.GetProperty("end").GetProperty("outcome").GetString());
        var outcomes = (await host.GetAsync("/api/models/production"))
            .GetProperty("candidacies")
            .EnumerateArray()
            .Select(each => each.GetProperty("end").GetProperty("outcome").GetString());
        Assert.Equal(["superseded", "withdrawn"], outcomes);
        List<string> names = [];
        while (names.Count < 3)
        {
            var name = (await events.Events.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token)).Name;
            if (name.StartsWith("Candidate", StringComparison.Ordinal)) // that of the promotion before may come late
            {
                names.Add(name);
            }
        }

        Assert.Equal([nameof(CandidateEnded), nameof(CandidateStarted), nameof(CandidateStarted)], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Candidate_InProductionOrBesideAnother_IsRefused()
    {
        await using var host = await StartAsync();
        await ModelTests.StoreAsync(host, "third", 0.5);

        Assert.Contains(
            "'first' is in production",
            await Answer.RefusalAsync(await host.PostAsync("/api/models/first/shadow", new { }), 409)
        );
        await Answer.ReadAsync(await host.PostAsync("/api/models/second/shadow", new { }), 200);
        Assert.Contains(
            "'second' is",
            await Answer.RefusalAsync(await host.PostAsync("/api/models/third/canary", new { share = 0.1 }), 409),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'0.6' is no share",
            await Answer.RefusalAsync(await host.PostAsync("/api/models/second/canary", new { share = 0.6 }), 422),
            StringComparison.Ordinal
        );
    }

    /// <summary>With a model in production and another.</summary>
    private static async Task<ConsoleHost> StartAsync()
    {
        var host = await ConsoleHost.StartAsync();
        await ModelTests.StoreAsync(host, "first", 0.5);
        await ModelTests.StoreAsync(host, "second", 0.75);
        await Answer.ReadAsync(await host.PostAsync("/api/models/first/promote", new { }), 200);
        return host;
    }
}
