using System.Net;
using System.Net.Http.Json;
using System.Text;
using SsFer.Contracts.Events;
using SsFer.Testing;

namespace SsFer.Console.Tests;

public sealed class LabelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostLabels_TheSameKeyAgain_GivesTheSameAnswer()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var first = await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy"), (Pictures.Key(1), "fear")), 201);
        host.Time.Advance(TimeSpan.FromMinutes(3));
        var second = await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy"), (Pictures.Key(1), "fear")), 200);

        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(2, first.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task PostLabels_OfADatasetThatIsNotRetrained_SayWhatIsMissing()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.PrepareAsync();

        var before = await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Answer.ReadAsync(
            await host.Client.PutAsJsonAsync(
                "/api/datasets/faces/retraining",
                new { validation = "faces:validation", recipe = "smoke" },
                Token
            ),
            200
        );
        var after = await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "joy")), 201);

        Assert.Contains("PUT /api/datasets/faces/retraining", before.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.False(after.TryGetProperty("note", out var note) && note.ValueKind != System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task PostLabels_TheSameKeyAtOnce_IsStoredOnce()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.LabelAsync("one", (Pictures.Key(0), "joy"))));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Single(await BatchesAsync(host));
    }

    [Fact]
    public async Task PostLabels_TheSameKeyForOthers_IsAConflictAndChangesNothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);

        Assert.Contains(
            "one",
            await Answer.RefusalAsync(await host.LabelAsync("one", (Pictures.Key(0), "fear")), 409),
            StringComparison.Ordinal
        );

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 200);
    }

    [Fact]
    public async Task PostLabels_AsATable_NamesPicturesByTheirFiles()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var answer = await Answer.ReadAsync(
            await SendAsync(host, "text/csv", "image;expression\np00.png;joy\nfaces.zip/p01.png;fear\n"),
            201
        );

        Assert.Equal(2, answer.GetProperty("count").GetInt32());
        Assert.Contains(
            "\"key\": \"0-p01\"",
            Encoding.UTF8.GetString((await host.Store.TryReadAsync("datasets/faces/labels/one.json", Token))!.Content.Span),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task PostLabels_WithEmptyKeys_LosesNone()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var answer = await Answer.ReadAsync(
            await SendAsync(
                host,
                "application/json",
                """[{"key": "", "image": "p00.png", "expression": "joy"}, {"key": "", "image": "p01.png", "expression": "joy"}]"""
            ),
            201
        );

        Assert.Equal(2, answer.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(
        "application/json",
        """[{"key": "0-p00", "expression": "joy"}, {"key": "p99", "expression": "joy"}]""",
        422,
        "item 2",
        "p99"
    )]
    [InlineData("application/json", """[{"key": "0-p00", "expression": "boredom"}]""", 422, "item 1", "boredom")]
    [InlineData("application/json", """[{"key": "0-p00", "image": "p00.png", "expression": "joy"}]""", 422, "item 1", "one of the two")]
    [InlineData(
        "application/json",
        """[{"key": "0-p00", "expression": "joy"}, {"key": "0-p00", "expression": "fear"}]""",
        422,
        "item 2",
        "item 1"
    )]
    [InlineData(
        "application/json",
        """[{"key": "0-p00", "expression": "joy"}, {"image": "p00.png", "expression": "fear"}]""",
        422,
        "item ",
        "0-p00"
    )]
    [InlineData("application/json", """[{"key": "", "image": "", "expression": "joy"}]""", 422, "item 1", "one of the two")]
    [InlineData("application/json", """[{"key": "1-p12", "expression": "joy"}]""", 422, "item 1", "validation")]
    [InlineData("application/json", """[{"key": "0-p00"}]""", 422, "'[1].expression' is missing", "cannot be read")]
    [InlineData(
        "application/json",
        """[{"key": "0-p00", "expresion": "joy"}]""",
        422,
        "'[1].expresion' is unknown",
        "there are key, image, expression"
    )]
    [InlineData("application/json", """{"key": "0-p00", "expression": "joy"}""", 422, "instead of a list", "cannot be read")]
    [InlineData("application/json", """[{"key": """, 400, "line 1", "cannot be read")]
    [InlineData("application/json", "", 400, "it is empty", "cannot be read")]
    [InlineData("application/json", """[null]""", 422, "item 1", "null")]
    [InlineData("application/json", """[]""", 422, "no label", "")]
    [InlineData("text/csv", "key,expression\n0-p00,joy\n0-p01,rage\n", 422, "line 3", "rage")]
    [InlineData("text/csv", "key,expression\n0-p00,joy\n\np77,joy\n", 422, "line 4", "p77")]
    [InlineData("text/csv", "picture,expression\n0-p00,joy\n", 422, "line 1", "picture")]
    [InlineData("text/csv", "", 422, "line 1", "")]
    [InlineData("text/plain", "p00 is joy", 415, "text/plain", "")]
    public async Task PostLabels_ThatCannotBe_NameThePlaceAndStoreNothing(string type, string body, int status, string place, string thing)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var refusal = await Answer.RefusalAsync(await SendAsync(host, type, body), status);

        Assert.Contains(place, refusal, StringComparison.Ordinal);
        Assert.Contains(thing, refusal, StringComparison.Ordinal);
        Assert.Empty(await BatchesAsync(host));
    }

    [Fact]
    public async Task PostLabels_KeyThatIsKeptForSomethingElseAmongRuns_IsStored()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        await Answer.ReadAsync(await SendAsync(host, "text/csv", "key,expression\n0-p00,joy\n", "open"), 201);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("../one")]
    [InlineData("a b")]
    public async Task PostLabels_WithoutAUsableKey_IsRefused(string? key)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        Assert.Contains(
            "Idempotency-Key",
            await Answer.RefusalAsync(await SendAsync(host, "text/csv", "key,expression\n0-p00,joy\n", key), 400),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task PostLabels_ForNoDataset_IsNotFound()
    {
        await using var host = await ConsoleHost.StartAsync();

        await Answer.RefusalAsync(await SendAsync(host, "text/csv", "key,expression\n0-p00,joy\n"), 404);
    }

    [Fact]
    public async Task PostLabels_OverTheLimit_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxLabels", "1"));
        await host.ImportAsync();

        await Answer.RefusalAsync(await SendAsync(host, "text/csv", "key,expression\n0-p00,joy\n0-p01,joy\n"), 413);
    }

    [Fact]
    public async Task PostLabels_AnswerLostAfterTheWrite_IsFoundAgain()
    {
        await using var calm = await ConsoleHost.StartAsync();
        await calm.ImportAsync();
        var faulty = new FaultyStore(calm.Store);
        await using var host = await ConsoleHost.StartAsync(faulty, calm.Time);
        faulty.FailAfter = path => path.EndsWith("/labels/one.json", StringComparison.Ordinal);

        await Answer.RefusalAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 503);
        faulty.FailAfter = _ => false;
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 200);

        Assert.Single(await BatchesAsync(host));
    }

    [Fact]
    public async Task PostLabels_Stored_IsPublished()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        using var events = host.Get<Events.EventHub>().Subscribe(run: null, capacity: 16);

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);

        var streamed = await events.Events.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.Equal(nameof(LabelsAdded), streamed.Name);
        Assert.Contains("\"batch\":\"one\"", streamed.Data, StringComparison.Ordinal);
    }

    private static async Task<List<string>> BatchesAsync(ConsoleHost host)
    {
        var paths = new List<string>();
        await foreach (var artifact in host.Store.ListAsync("datasets/faces/labels/", Token))
        {
            paths.Add(artifact.Path);
        }

        return paths;
    }

    private static Task<HttpResponseMessage> SendAsync(ConsoleHost host, string type, string body, string? key = "one")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/datasets/faces/labels")
        {
            Content = Pictures.Body(Encoding.UTF8.GetBytes(body), type),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return host.Client.SendAsync(request, Token);
    }
}
