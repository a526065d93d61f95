using System.Text;
using System.Text.Json;
using SsFer.Console.Datasets;

namespace SsFer.Console.Tests;

/// <summary>The OpenAPI document, operation by operation.</summary>
public sealed class DocumentTests
{
    private const string Bodies = "400 408 413 415";

    /// <summary>Every operation with every status that it can answer.</summary>
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["get /api/datasets"] = "200 500 503",
        ["get /api/datasets/{name}"] = "200 404 422 500 503",
        ["post /api/datasets/{name}/images"] = $"201 {Bodies} 403 409 422 500 503 507",
        ["post /api/datasets/{name}/labels"] = $"200 201 {Bodies} 403 404 409 422 500 503 507",
        ["get /api/datasets/{name}/retraining"] = "200 404 422 500 503",
        ["put /api/datasets/{name}/retraining"] = $"200 {Bodies} 403 404 409 422 500 503 507",
        ["get /api/runs"] = "200 422 500 503",
        ["post /api/runs"] = $"200 201 {Bodies} 403 404 409 422 500 503 507",
        ["get /api/runs/{id}"] = "200 404 422 500 503",
        ["post /api/runs/{id}/cancel"] = "200 403 404 422 500 503 507",
        ["post /api/runs/{id}/retry"] = "200 403 404 422 500 503 507",
        ["get /api/models"] = "200 422 500 503",
        ["get /api/models/production"] = "200 500 503",
        ["get /api/models/{id}"] = "200 404 422 500 503",
        ["post /api/models/{id}/promote"] = $"200 {Bodies} 403 404 409 422 500 503 507",
        ["post /api/models/{id}/canary"] = $"200 {Bodies} 403 404 409 422 500 503 507",
        ["post /api/models/{id}/shadow"] = $"200 {Bodies} 403 404 409 422 500 503 507",
        ["post /api/models/withdraw"] = $"200 {Bodies} 403 409 422 500 503 507",
        ["post /api/models/rollback"] = $"200 {Bodies} 403 404 409 422 500 503 507",
        ["get /api/events"] = "200 500",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_TellsEveryStatusOfEveryOperation()
    {
        await using var host = await ConsoleHost.StartAsync();

        var told = await StatusesAsync(host);

        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
        Assert.All(Expected, operation =>
            Assert.Equal(
                (operation.Key, string.Join(' ', operation.Value.Split(' ').Order(StringComparer.Ordinal))),
                (operation.Key, string.Join(' ', told[operation.Key]))
            )
        );
    }

    [Fact]
    public async Task Refusals_OfEveryOperation_AreProblemsThatTheDocumentTells()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxDocumentBytes", "2000"));
        await host.ImportAsync();
        var told = await StatusesAsync(host);
        string large = $"[{new string(' ', 2000)}]",
            longName = new('x', 101);
        (string Operation, string Path, string? Type, string? Body, int Status)[] requests =
        [
            ("get /api/datasets/{name}", "/api/datasets/nobody", null, null, 404),
            ("get /api/datasets/{name}", "/api/datasets/-", null, null, 422),
            ("post /api/datasets/{name}/images", "/api/datasets/new/images?format=faces", "application/json", "{}", 415),
            (
                "post /api/datasets/{name}/images",
                "/api/datasets/new/images?format=faces",
                "multipart/form-data; boundary=x",
                "--x\r\nrubbish",
                400
            ),
            ("post /api/datasets/{name}/images", "/api/datasets/new/images?format=rubbish", "application/zip", "", 422),
            ("post /api/datasets/{name}/labels", "/api/datasets/faces/labels", "application/json", "[]", 400),
            ("get /api/datasets/{name}/retraining", "/api/datasets/faces/retraining", null, null, 404),
            ("put /api/datasets/{name}/retraining", "/api/datasets/faces/retraining", "application/json", "{", 400),
            ("put /api/datasets/{name}/retraining", "/api/datasets/faces/retraining", "application/json", large, 413),
            ("put /api/datasets/{name}/retraining", "/api/datasets/faces/retraining", "text/plain", "", 415),
            (
                "put /api/datasets/{name}/retraining",
                "/api/datasets/faces/retraining",
                "application/json",
                "{\"validation\": \"faces\", \"recipe\": \"smoke\"}",
                409
            ),
            (
                "put /api/datasets/{name}/retraining",
                "/api/datasets/nobody/retraining",
                "application/json",
                "{\"validation\": \"faces\"}",
                404
            ),
            ("get /api/runs", "/api/runs?limit=0", null, null, 422),
            ("post /api/runs", "/api/runs", "application/json", "[]", 400),
            ("post /api/runs", "/api/runs", "application/json", large, 413),
            ("post /api/runs", "/api/runs", "text/csv", "", 415),
            ("post /api/runs", "/api/runs", "application/json", "{\"labelled\": \"nobody\"}", 404),
            ("get /api/runs/{id}", $"/api/runs/{longName}", null, null, 422),
            ("get /api/runs/{id}", "/api/runs/nobody", null, null, 404),
            ("post /api/runs/{id}/cancel", "/api/runs/nobody/cancel", null, null, 404),
            ("post /api/runs/{id}/retry", "/api/runs/open/retry", null, null, 422),
            ("get /api/models", "/api/models?before=nobody", null, null, 422),
            ("get /api/models/{id}", "/api/models/aliases", null, null, 422),
            ("post /api/models/{id}/promote", "/api/models/nobody/promote", null, null, 404),
            ("post /api/models/{id}/promote", "/api/models/nobody/promote", "application/json", "{\"by\": \"\"}", 422),
            ("post /api/models/{id}/canary", "/api/models/nobody/canary", "application/json", "{}", 400),
            ("post /api/models/{id}/canary", "/api/models/nobody/canary", "application/json", "{\"share\": 0.6}", 422),
            ("post /api/models/{id}/canary", "/api/models/nobody/canary", "application/json", "{\"share\": 0.05}", 404),
            ("post /api/models/{id}/canary", "/api/models/nobody/canary", null, null, 415),
            ("post /api/models/{id}/shadow", "/api/models/nobody/shadow", null, null, 404),
            ("post /api/models/{id}/shadow", "/api/models/nobody/shadow", "application/json", "{\"by\": \"\"}", 422),
            ("post /api/models/withdraw", "/api/models/withdraw", null, null, 409),
            ("post /api/models/rollback", "/api/models/rollback", "application/json", "{\"form\": \"m\"}", 400),
            ("post /api/models/rollback", "/api/models/rollback", null, null, 409),
        ];

        foreach (var (operation, path, type, body, status) in requests)
        {
            using var request = new HttpRequestMessage(new HttpMethod(operation.Split(' ')[0]), path);
            if (type is not null)
            {
                request.Content = Pictures.Body(Encoding.UTF8.GetBytes(body!), type);
            }

            await Answer.RefusalAsync(await host.Client.SendAsync(request, Token), status);
            Assert.Contains($"{status}", told[operation]);
        }
    }

    [Fact]
    public async Task Refusals_OfChanges_ForAPageOfAnotherOrigin_AreTold()
    {
        await using var host = await ConsoleHost.StartAsync();
        foreach (
            var (operation, statuses) in (await StatusesAsync(host)).Where(operation =>
                !operation.Key.StartsWith("get ", StringComparison.Ordinal)
            )
        )
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            using var request = new HttpRequestMessage(
                new HttpMethod(method),
                path.Replace("{name}", "faces", StringComparison.Ordinal).Replace("{id}", "one", StringComparison.Ordinal)
            );
            request.Headers.Add("Origin", "http://elsewhere.example");

            await Answer.RefusalAsync(await host.Client.SendAsync(request, Token), 403);

            Assert.Contains("403", statuses);
        }
    }

    [Fact]
    public async Task Labels_AreDescribedWithTheirHeaderAndBothBodies()
    {
        await using var host = await ConsoleHost.StartAsync();

        var post = (await OperationsAsync(host))["post /api/datasets/{name}/labels"];

        var header = post.GetProperty("parameters")
            .EnumerateArray()
            .Single(parameter => parameter.GetProperty("in").GetString() == "header");
        Assert.Equal(("Idempotency-Key", true), (header.GetProperty("name").GetString(), header.GetProperty("required").GetBoolean()));
        var content = post.GetProperty("requestBody").GetProperty("content");
        Assert.Equal("array", content.GetProperty("application/json").GetProperty("schema").GetProperty("type").GetString());
        Assert.Equal("string", content.GetProperty("text/csv").GetProperty("schema").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Images_AreDescribedAsAFormOrAsBytes()
    {
        await using var host = await ConsoleHost.StartAsync();

        var post = (await OperationsAsync(host))["post /api/datasets/{name}/images"];

        var content = post.GetProperty("requestBody").GetProperty("content");
        var zip = content.GetProperty("application/zip").GetProperty("schema");
        Assert.Equal(("string", "binary"), (zip.GetProperty("type").GetString(), zip.GetProperty("format").GetString()));
        var form = content.GetProperty("multipart/form-data").GetProperty("schema");
        Assert.Equal(["images", "table"], form.GetProperty("properties").EnumerateObject().Select(part => part.Name));
        Assert.Equal("images", Assert.Single(form.GetProperty("required").EnumerateArray()).GetString());
        var names = post.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
        string[] ofEveryFormat = ["name", "format", "holdOut", "seed", "encoding", "contradictions", "missing"];
        string[] ofTables = ["rule", "imageColumn", "labelColumn", "splitColumn", "boxColumns", "boxFormat", "boxUnits"];
        string[] ofPublishedSets = ["pictures", "classes", "task", "validationFold"];
        Assert.Equal([.. ofEveryFormat, .. ofTables, .. ofPublishedSets], names);
    }

    [Fact]
    public async Task ImportFormats_AreThoseThatEveryDocumentNames()
    {
        await using var host = await ConsoleHost.StartAsync();
        var formats = ImportFormat.All.Select(format => format.Name).Order(StringComparer.Ordinal).ToList();

        var summary = (await OperationsAsync(host))["post /api/datasets/{name}/images"].GetProperty("summary").GetString()!;
        var refusal = await Answer.RefusalAsync(
            await host.Client.PostAsync("/api/datasets/set/images?format=guess", Pictures.Body([], "application/zip"), Token),
            422
        );

        Assert.Equal(formats, Names(summary, "format=", " says"));
        Assert.Equal(formats, Names(refusal, "one of ", null));
        Assert.Equal(formats, Names(Read("api.md"), "`format` (", ")"));
        // The terminal draws faces too.
        Assert.Equal([.. formats, "synthetic"], Names(Read("your-own-faces.md"), "ssfer data import ", " ..."));

        static string Read(string document) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", document));

        static List<string> Names(string text, string before, string? after)
        {
            var from = text.LastIndexOf(before, StringComparison.Ordinal) + before.Length;
            var list = after is null ? text[from..] : text[from..text.IndexOf(after, from, StringComparison.Ordinal)];
            return [.. list.Split([',', '|']).Select(name => name.Trim(' ', '`').Split(' ')[0]).Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [InlineData("get /api/runs")]
    [InlineData("get /api/models")]
    public async Task Listings_AreDescribedInParts(string operation)
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxListed", "50"));

        var get = (await OperationsAsync(host))[operation];

        var parameters = get.GetProperty("parameters")
            .EnumerateArray()
            .ToDictionary(parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("schema"));
        Assert.Equal(["before", "limit"], parameters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            ("integer", 1, 50),
            (
                parameters["limit"].GetProperty("type").GetString(),
                parameters["limit"].GetProperty("minimum").GetInt32(),
                parameters["limit"].GetProperty("maximum").GetInt32()
            )
        );
        Assert.True(get.GetProperty("responses").GetProperty("200").GetProperty("headers").TryGetProperty("Link", out _));
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("DELETE", "/api/runs", 405)]
    public async Task Request_ForNoOperation_IsAProblem(string method, string path, int status)
    {
        await using var host = await ConsoleHost.StartAsync();

        Assert.Contains(
            path,
            await Answer.RefusalAsync(await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Token), status),
            StringComparison.Ordinal
        );
    }

    private static async Task<Dictionary<string, List<string>>> StatusesAsync(ConsoleHost host) =>
        (await OperationsAsync(host)).ToDictionary(
            operation => operation.Key,
            operation =>
                operation
                    .Value.GetProperty("responses")
                    .EnumerateObject()
                    .Select(response => response.Name)
                    .Order(StringComparer.Ordinal)
                    .ToList()
        );

    private static async Task<Dictionary<string, JsonElement>> OperationsAsync(ConsoleHost host) =>
        (await host.GetAsync("/api/openapi/console.json"))
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value)))
            .ToDictionary(operation => operation.Name, operation => operation.Value);
}
