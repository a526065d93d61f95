using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;

namespace SsFer.Console.Tests;

/// <summary>Listings of runs and models in parts.</summary>
[Trait("Category", "Slow")]
public sealed class ListingTests
{
    private const int Count = 7;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("runs", 1)]
    [InlineData("runs", 3)]
    [InlineData("runs", 7)]
    [InlineData("models", 2)]
    [InlineData("models", 1000)]
    public async Task Listing_FollowedByItsLinks_ShowsEverythingOnceTheNewestFirst(string what, int limit)
    {
        await using var host = await ConsoleHost.StartAsync();
        await FillAsync(host, what);

        var (ids, parts) = await FollowAsync(host, $"/api/{what}?limit={limit}");

        Assert.Equal(["g", "f", "e", "d", "b", "c", "a"], ids); // b and c are of the same moment
        Assert.Equal((Count + limit - 1) / limit, parts);
    }

    [Fact]
    public async Task Listing_WhileRunsAreAdded_MissesAndRepeatsNone()
    {
        await using var host = await ConsoleHost.StartAsync();
        await FillAsync(host, "runs");
        using var first = await host.Client.GetAsync("/api/runs?limit=4", Token);

        host.Time.Advance(TimeSpan.FromHours(1));
        await Answer.ReadAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    id = "newer",
                    labelled = "faces",
                    recipe = "smoke",
                }
            ),
            201
        );

        Assert.Equal(["b", "c", "a"], (await FollowAsync(host, NextOf(first)!)).Ids);
        Assert.Equal("newer", (await FollowAsync(host, "/api/runs?limit=4")).Ids[0]);
    }

    [Fact]
    public async Task Listing_WithoutALimit_Shows200()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var number = 0; number < 201; number++)
        {
            await CardAsync(host, $"m{number:000}");
        }

        var (ids, parts) = await FollowAsync(host, "/api/models");

        Assert.Equal((201, 2), (ids.Count, parts));
    }

    [Theory]
    [InlineData("limit=0", "limit '0'")]
    [InlineData("limit=1001", "1 to 1000")]
    [InlineData("limit=many", "many")]
    [InlineData("before=nobody", "nobody")]
    public async Task Listing_OfAPartThatIsNot_IsRefused(string query, string names)
    {
        await using var host = await ConsoleHost.StartAsync();

        Assert.Contains(
            names,
            await Answer.RefusalAsync(await host.Client.GetAsync($"/api/runs?{query}", Token), 422),
            StringComparison.Ordinal
        );
        Assert.Contains(
            names,
            await Answer.RefusalAsync(await host.Client.GetAsync($"/api/models?{query}", Token), 422),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Listing_DamagedRuns_AreNamedAndDoNotHideTheOthers()
    {
        await using var host = await ConsoleHost.StartAsync();
        await FillAsync(host, "runs");
        await host.Store.PutAsync("runs/d/spec.json", new MemoryStream("{"u8.ToArray()), Token);
        await host.Store.PutAsync("runs/f/plan.json", new MemoryStream("{"u8.ToArray()), Token);

        Assert.Equal(["d", "g", "f", "e", "b", "c", "a"], (await FollowAsync(host, "/api/runs?limit=2")).Ids);
        using var answer = JsonDocument.Parse(await host.Client.GetStringAsync("/api/runs", Token));
        var damages = answer.RootElement.EnumerateArray().Select(run => (run.GetProperty("state").GetString(), Damage(run))).ToList();
        Assert.Equal("damaged", damages[0].Item1);
        Assert.Contains("runs/d/spec.json", damages[0].Item2, StringComparison.Ordinal);
        Assert.Contains("runs/f/plan.json", damages[2].Item2, StringComparison.Ordinal);
        Assert.All(damages.Where((_, place) => place is not (0 or 2)), run => Assert.Null(run.Item2));
    }

    [Fact]
    public async Task Listing_ADamagedCard_IsNamedAndDoesNotHideTheOthers()
    {
        await using var host = await ConsoleHost.StartAsync();
        await FillAsync(host, "models");
        await host.Store.PutAsync("models/d/card.json", new MemoryStream("{"u8.ToArray()), Token);

        Assert.Equal(["d", "g", "f", "e", "b", "c", "a"], (await FollowAsync(host, "/api/models?limit=2")).Ids);
        using var answer = JsonDocument.Parse(await host.Client.GetStringAsync("/api/models", Token));
        Assert.Contains("models/d/card.json", Damage(answer.RootElement[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_WhereWhatIsInProductionIsDamaged_ListsTheModels()
    {
        await using var host = await ConsoleHost.StartAsync();
        await FillAsync(host, "models");
        await host.Store.PutAsync(ModelPaths.Production, new MemoryStream("{"u8.ToArray()), Token);

        var models = (await host.GetAsync("/api/models")).EnumerateArray().ToList();

        Assert.Equal(7, models.Count);
        Assert.All(models, model =>
            Assert.False(model.TryGetProperty("inProduction", out var known) && known.ValueKind != JsonValueKind.Null)
        );
        Assert.Contains(
            ModelPaths.Production,
            await (await host.Client.GetAsync("/api/models/production", Token)).Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Dataset_WithADamagedVersion_NamesItAndTellsOfTheOthers()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.PrepareAsync();
        var current = await host.Catalog.GetAsync("faces", Token);
        var manifest = $"datasets/faces/{current.Raw}/manifest.json";
        await host.Store.PutAsync(manifest, new MemoryStream("{"u8.ToArray()), Token);

        var dataset = await host.GetAsync("/api/datasets/faces");

        Assert.Equal(
            current.Prepared[32],
            Assert.Single(dataset.GetProperty("versions").EnumerateArray()).GetProperty("version").GetString()
        );
        var damaged = Assert.Single(dataset.GetProperty("damaged").EnumerateArray());
        Assert.Equal(current.Raw, damaged.GetProperty("version").GetString());
        Assert.Contains(manifest, Damage(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_ADamagedDataset_IsNamedAndDoesNotHideTheOthers()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.Store.PutAsync("datasets/broken/current.json", new MemoryStream("{"u8.ToArray()), Token);

        using var answer = JsonDocument.Parse(await host.Client.GetStringAsync("/api/datasets", Token));

        var all = answer.RootElement.EnumerateArray().ToList();
        Assert.Equal(["broken", "faces"], all.Select(dataset => dataset.GetProperty("name").GetString()));
        Assert.Contains("datasets/broken/current.json", Damage(all[0]), StringComparison.Ordinal);
        Assert.Null(Damage(all[1]));
    }

    [Fact]
    public async Task Listing_OfAPart_ReadsNoMoreThanItShows()
    {
        await using var first = await ConsoleHost.StartAsync();
        await FillAsync(first, "runs");
        var store = new CountingStore(first.Store);
        await using var host = await ConsoleHost.StartAsync(store, first.Time);
        await FollowAsync(host, "/api/runs");
        store.Read.Clear();

        using var part = await host.Client.GetAsync("/api/runs?limit=1", Token);

        Assert.All(store.Read.Where(path => path.StartsWith("runs/", StringComparison.Ordinal)), path =>
            Assert.StartsWith("runs/g/", path, StringComparison.Ordinal)
        );
    }

    private static string? Damage(JsonElement entry) => entry.TryGetProperty("damage", out var damage) ? damage.GetString() : null;

    private static async Task FillAsync(ConsoleHost host, string what)
    {
        if (what == "runs")
        {
            await host.ImportAsync();
        }

        foreach (var id in new[] { "a", "c", "b", "d", "e", "f", "g" })
        {
            if (id != "b")
            {
                host.Time.Advance(TimeSpan.FromHours(1));
            }

            if (what == "runs")
            {
                await Answer.ReadAsync(
                    await host.PostAsync(
                        "/api/runs",
                        new
                        {
                            id,
                            labelled = "faces",
                            recipe = "smoke",
                        }
                    ),
                    201
                );
            }
            else
            {
                await CardAsync(host, id);
            }
        }
    }

    private static Task<string?> CardAsync(ConsoleHost host, string id) =>
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
                evaluations = Array.Empty<object>(),
            },
            Token
        );

    private static async Task<(List<string> Ids, int Parts)> FollowAsync(ConsoleHost host, string path)
    {
        var ids = new List<string>();
        var parts = 0;
        for (var next = path; next is not null; parts++)
        {
            Assert.True(parts <= Count, "the links do not end");
            using var answer = await host.Client.GetAsync(next, Token);
            ids.AddRange(
                JsonSerializer
                    .Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Token))
                    .EnumerateArray()
                    .Select(entry => entry.GetProperty("id").GetString()!)
            );
            next = NextOf(answer);
        }

        return (ids, parts);
    }

    private static string? NextOf(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var link = Assert.Single(links);
        Assert.EndsWith("; rel=\"next\"", link, StringComparison.Ordinal);
        return link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)];
    }
}
