using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation;
using SsFer.Learning.Metrics;

namespace SsFer.Cli.Tests;

public sealed class ModelCommandTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Production_PromotedAndRolledBack_IsShownAsItStands()
    {
        await AddModelAsync("m1");
        await AddModelAsync("m2");

        (await RunAsync("models", "promote", "m1", "--json")).AssertDone();
        var promoted = await RunAsync("models", "promote", "m2", "--reason", "better on fear", "--json");
        var list = await RunAsync("models", "list");
        var shown = await RunAsync("models", "show", "m2");
        var back = await RunAsync("models", "rollback", "--json");
        var documents = await RunAsync("models", "list", "--json");

        promoted.AssertDone();
        Assert.Equal(("m2", "m1", "better on fear"), (Text(promoted.Json, "model"), Text(promoted.Json, "previous"), Text(promoted.Json, "reason")));
        list.AssertDone();
        Assert.Matches("(?m)^m2 .* production$", list.Output);
        Assert.DoesNotMatch("(?m)^m1 .* production$", list.Output);
        shown.AssertDone();
        Assert.Matches(@"(?m)^m2 is in production since .* UTC, after m1 \(better on fear; promoted by .+\)$", shown.Output);
        back.AssertDone();
        Assert.Equal(("m1", "rolledBack"), (Text(back.Json, "model"), Text(back.Json, "action")));
        documents.AssertDone();
        Assert.Equal([("m1", true), ("m2", false)], documents.Json.EnumerateArray().Select(model => (Text(model, "id")!, model.GetProperty("production").GetBoolean())));
    }

    [Fact]
    public async Task Production_OfWhatIsNotThere_SaysWhatToDo()
    {
        (await RunAsync("models", "promote", "none")).AssertFailed(exitCode: 1, "'none'", "ssfer models list");
        (await RunAsync("models", "rollback")).AssertFailed(exitCode: 1, "ssfer models promote");
    }

    public void Dispose() => _material.Dispose();

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private async Task AddModelAsync(string id)
    {
        string[] classes = ["happiness", "sadness"];
        var evaluation = new ModelEvaluation
        {
            Model = "teacher",
            Dataset = "faces:validation",
            Rules = [new RuleEvaluation { Rule = "plurality", All = EvaluationReport.Create([0, 1, 1], [0, 1, 0], classes, seed: 0) }],
        };
        var run = new RunSpec
        {
            Id = id,
            RecipeName = "smoke",
            Recipe = JsonDocument.Parse("{}").RootElement,
            Unlabelled = [new DatasetReference("faces", "0123")],
            Seed = 3,
            Created = DateTimeOffset.UnixEpoch,
        };
        var card = new ModelCard { Id = id, Run = run, Classes = classes, Product = "teacher", Evaluations = [evaluation] };
        var store = new FolderArtifactStore(Path.Combine(_material.Root, ".ssfer"));
        await store.TryPutJsonIfAbsentAsync(ModelCard.CardPath(id), card, TestContext.Current.CancellationToken);
    }

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferProcess.RunAsync(_material.Root, arguments);
}
