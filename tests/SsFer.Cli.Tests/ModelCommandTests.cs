using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation;
using SsFer.Evaluation.Promotion;
using SsFer.Learning.Metrics;

namespace SsFer.Cli.Tests;

[Trait("Category", "Slow")]
public sealed class ModelCommandTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Quantise_OfWhatIsNotThere_SaysWhatThereIs() =>
        (await RunAsync("models", "quantise", "nothere")).AssertFailed(exitCode: 1, "no model 'nothere'", "ssfer models list");

    [Fact]
    public async Task Production_PromotedAndRolledBack_IsShownAsItStands()
    {
        await AddModelAsync("m1");
        await AddModelAsync("m2");

        (await RunAsync("models", "promote", "m1", "--json")).AssertDone();
        var promoted = await RunAsync("models", "promote", "m2", "--reason", "better on fear", "--json");
        var list = await RunAsync("models", "list");
        var shown = await RunAsync("models", "show", "m2");
        (await RunAsync("models", "rollback", "--from", "m1")).AssertFailed(exitCode: 1, "'m2' is");
        var back = await RunAsync("models", "rollback", "--from", "m2", "--json");
        var documents = await RunAsync("models", "list", "--json");

        promoted.AssertDone();
        Assert.Equal(
            ("m2", "m1", "better on fear"),
            (Text(promoted.Json, "model"), Text(promoted.Json, "previous"), Text(promoted.Json, "reason"))
        );
        list.AssertDone();
        Assert.Matches("(?m)^m2 .* production$", list.Output);
        Assert.DoesNotMatch("(?m)^m1 .* production$", list.Output);
        shown.AssertDone();
        Assert.Matches(@"(?m)^m2 is in production since .* UTC, after m1 \(better on fear; promoted by .+\)$", shown.Output);
        back.AssertDone();
        Assert.Equal(("m1", "rolledBack"), (Text(back.Json, "model"), Text(back.Json, "action")));
        documents.AssertDone();
        Assert.Equal(
            [("m1", true), ("m2", false)],
            documents.Json.EnumerateArray().Select(model => (Text(model, "id")!, model.GetProperty("production").GetBoolean()))
        );
    }

    [Fact]
    public async Task Candidate_TriedAndWithdrawn_IsShownAsItStands()
    {
        await AddModelAsync("m1");
        await AddModelAsync("m2");
        (await RunAsync("models", "promote", "m1")).AssertDone();

        var shadow = await RunAsync("models", "shadow", "m2", "--json");
        var canary = await RunAsync("models", "canary", "m2", "--share", "5%", "--reason", "agrees");
        var list = await RunAsync("models", "list");
        var shown = await RunAsync("models", "show", "m2");
        var documents = await RunAsync("models", "list", "--json");
        var ended = await RunAsync("models", "withdraw", "--model", "m2", "--reason", "enough");

        shadow.AssertDone();
        Assert.Equal(("m2", "shadow"), (Text(shadow.Json, "model"), Text(shadow.Json, "kind")));
        canary.AssertDone();
        const string Line = @"(?m)^m2 is tried on 5 % of the requests since .* UTC \(agrees; by .+\)\r?$";
        Assert.Matches(Line, canary.Output);
        Assert.Matches("(?m)^m2 .* candidate\r?$", list.Output);
        Assert.Matches(Line, shown.Output);
        Assert.Equal(
            [("m1", false), ("m2", true)],
            documents.Json.EnumerateArray().Select(model => (Text(model, "id")!, model.GetProperty("candidate").GetBoolean()))
        );
        ended.AssertDone();
        Assert.Matches(@"(?m)^m2 is tried no more \(enough\)\r?$", ended.Output);
    }

    [Fact]
    public async Task Candidate_ThatCannotBe_SaysWhatToDo()
    {
        await AddModelAsync("m1");

        (await RunAsync("models", "canary", "m1", "--share", "60%")).AssertFailed(exitCode: 2, "'60%'", "at most 50 %");
        (await RunAsync("models", "shadow", "none")).AssertFailed(exitCode: 1, "'none'", "ssfer models list");
        (await RunAsync("models", "withdraw")).AssertFailed(exitCode: 1, "ssfer models canary");
    }

    [Fact]
    public async Task Production_OfWhatIsNotThere_SaysWhatToDo()
    {
        (await RunAsync("models", "promote", "none")).AssertFailed(exitCode: 1, "'none'", "ssfer models list");
        (await RunAsync("models", "rollback")).AssertFailed(exitCode: 1, "ssfer models promote");
    }

    [Fact]
    public async Task Compare_ModelsThatDifferInTheirSeed_GivesMeanAndDeviation()
    {
        await AddModelAsync("study-0", seed: 0, predicted: [0, 1, 0]); // 2 of 3
        await AddModelAsync("study-1", seed: 1, predicted: [0, 1, 1]); // 3 of 3
        await AddModelAsync("study-mixup-0", predicted: [1, 0, 0]);
        await AddModelAsync("studyother", predicted: [1, 0, 0]);

        var compared = await RunAsync("models", "compare", "study", "study-0");

        compared.AssertDone();
        Assert.Matches(@"(?m)^study +teacher +2 +83\.3 ± 23\.6 ", compared.Output);
        Assert.Matches(@"(?m)^study-0 +teacher +1 +66\.7 ", compared.Output);
        (await RunAsync("models", "compare", "stud")).AssertFailed(exitCode: 2, "'stud'", "ssfer models list");
    }

    [Fact]
    public async Task Compare_ModelsThatDifferInMore_IsRefusedAndNamesIt()
    {
        await AddModelAsync("study-0", seed: 0);
        await AddModelAsync("study-1", seed: 1, epochs: 5);
        await AddModelAsync("other-0", seed: 0);
        await AddModelAsync("other-1", seed: 0);
        await AddModelAsync("third-0", seed: 0);
        await AddModelAsync("third-1", seed: 1, product: "student");

        (await RunAsync("models", "compare", "study")).AssertFailed(exitCode: 2, "study-0 and study-1", "recipe.FineTuning.Epochs");
        (await RunAsync("models", "compare", "other")).AssertFailed(exitCode: 2, "other-1 was trained with seed 0");
        (await RunAsync("models", "compare", "third")).AssertFailed(exitCode: 2, "third-0 and third-1", "teacher", "student");
    }

    [Fact]
    public async Task Compare_ModelsMeasuredOnDifferentFaces_IsRefusedAndNamesBoth()
    {
        await AddModelAsync("study-0");
        await AddModelAsync("other", but: card => card with { Evaluations = [card.Evaluations[0] with { Dataset = "others:test" }] });
        await AddModelAsync("again", but: MeasuredOn(new DatasetReference("faces", "4567", "validation")));
        await AddModelAsync("later", but: MeasuredOn(new DatasetReference("faces", "89ab", "validation")));

        (await RunAsync("models", "compare", "study", "other")).AssertFailed(exitCode: 2, "study-0", "faces:validation", "others:test");
        (await RunAsync("models", "compare", "again", "later")).AssertFailed(exitCode: 2, "version 4567", "version 89ab", "ssfer evaluate");
    }

    [Fact]
    public async Task Compare_SameHeldOutFacesInAnotherSizeAndBesideNewLabels_IsDone()
    {
        await AddModelAsync("small", but: MeasuredOn(await AddPreparedAsync(size: 16, "happiness", null, "sadness")));
        await AddModelAsync("large", but: MeasuredOn(await AddPreparedAsync(size: 32, "happiness", "sadness", "sadness")));
        await AddModelAsync("other", but: MeasuredOn(await AddPreparedAsync(size: 16, "happiness", null, "happiness")));

        (await RunAsync("models", "compare", "small", "large")).AssertDone();
        (await RunAsync("models", "compare", "small", "other")).AssertFailed(exitCode: 2, "small was measured on", "other labels");
    }

    [Fact]
    public async Task List_AndShow_TellWhatTheGateDecidedAndWhy()
    {
        await AddModelAsync("good", but: Decided(promoted: true, "accuracy 71.00 % against 70.00 % of old"));
        await AddModelAsync("poor", but: Decided(promoted: false, "accuracy 61.00 % against 71.00 % of good, more than 1.00 % below"));
        await AddModelAsync("free");

        var list = await RunAsync("models", "list");
        var shown = await RunAsync("models", "show", "poor");

        list.AssertDone();
        Assert.Matches("(?m)^good .* promoted", list.Output);
        Assert.Matches("(?m)^poor .* rejected", list.Output);
        Assert.Matches("(?m)^free .* -$", list.Output);
        const string Reason = "gate: poor rejected: accuracy 61.00 % against 71.00 % of good, more than 1.00 % below";
        Assert.Contains(Reason, list.Output, StringComparison.Ordinal);
        shown.AssertDone();
        Assert.Contains(Reason, shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WeightsAndOnnxOfOneName_Exits2BeforeAnythingIsDone()
    {
        await AddModelAsync("m1");

        (await RunAsync("export", "m1", "--weights", "m.out", "--onnx", "./m.out")).AssertFailed(
            exitCode: 2,
            "--weights and --onnx",
            "m.out"
        );
    }

    [Fact]
    public async Task Show_Model_TellsWhatAlwaysAnsweringTheMostFrequentClassWouldReach()
    {
        await AddModelAsync("m1");

        var text = await RunAsync("models", "show", "m1");
        var json = await RunAsync("models", "show", "m1", "--json");

        text.AssertDone();
        Assert.Matches(@"(?m)^  plurality  accuracy 66\.67 % .* 3 faces; always answering sadness: 66\.67 %\r?$", text.Output);
        json.AssertDone();
        Assert.Equal(
            2.0 / 3,
            json.Json.GetProperty("evaluations")[0].GetProperty("rules")[0].GetProperty("all").GetProperty("mostFrequentShare").GetDouble(),
            12
        );
    }

    [Fact]
    public async Task Evaluate_ReportInAFolderThatIsMissing_Exits2BeforeAnythingIsDone() =>
        (await RunAsync("evaluate", "m1", "--dataset", "faces:validation", "--report", "nodir/r.html")).AssertFailed(
            exitCode: 2,
            "nodir",
            "--report"
        );

    [Fact]
    public async Task Export_ToAFolder_Exits2BeforeAnythingIsDone() =>
        (await RunAsync("export", "m1", "--onnx", ".")).AssertFailed(exitCode: 2, "'.'", "--onnx");

    public void Dispose() => _material.Dispose();

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static Func<ModelCard, ModelCard> MeasuredOn(DatasetReference faces) =>
        card => card with { Run = card.Run with { Validation = faces } };

    private static Func<ModelCard, ModelCard> Decided(bool promoted, string reason) =>
        card =>
            card with
            {
                Promotion = new PromotionDecision
                {
                    Promoted = promoted,
                    Reason = reason,
                    Accuracy = 0.5,
                    Settings = new PromotionSettings(),
                },
            };

    /// <summary>Two faces to learn from, with the first two labels, and one held out, with the third.</summary>
    private async Task<DatasetReference> AddPreparedAsync(int size, params string?[] labels)
    {
        var draft = new DatasetDraft
        {
            Name = "faces",
            Kind = DatasetKind.Prepared,
            Size = size,
            Classes = ["happiness", "sadness"],
        };
        await using var writer = DatasetWriter.Create(Store, draft);
        for (var i = 0; i < labels.Length; i++)
        {
            await writer.AddAsync(
                new DatasetItem
                {
                    Key = $"{i}",
                    Split = i == 2 ? DatasetSplit.Validation : DatasetSplit.Train,
                    Label = labels[i],
                    PixelHash = $"pixels of {i}",
                    Source = $"{i}.png",
                },
                Material.Png(i, size),
                "png",
                TestContext.Current.CancellationToken
            );
        }

        var manifest = await writer.CompleteAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        return new DatasetReference("faces", manifest.Version, DatasetSplit.Validation);
    }

    private FolderArtifactStore Store => new(Path.Combine(_material.Root, ".ssfer"));

    private async Task AddModelAsync(
        string id,
        ulong seed = 0,
        int[]? predicted = null,
        int epochs = 3,
        string product = "teacher",
        Func<ModelCard, ModelCard>? but = null
    )
    {
        string[] classes = ["happiness", "sadness"];
        var evaluation = new ModelEvaluation
        {
            Model = product,
            Dataset = "faces:validation",
            Rules =
            [
                new RuleEvaluation
                {
                    Rule = "plurality",
                    All = EvaluationReport.Create([0, 1, 1], predicted ?? [0, 1, 0], classes, seed: 0, resamples: 100),
                },
            ],
        };
        var run = new RunSpec
        {
            Id = id,
            RecipeName = "smoke",
            Recipe = JsonSerializer.SerializeToElement(new { Seed = seed, FineTuning = new { Epochs = epochs } }),
            Unlabelled = [new DatasetReference("faces", "0123")],
            Seed = seed,
            Created = DateTimeOffset.UnixEpoch.AddDays(seed),
        };
        var card = new ModelCard
        {
            Id = id,
            Run = run,
            Classes = classes,
            Product = product,
            Evaluations = [evaluation],
        };
        await Store.TryPutJsonIfAbsentAsync(ModelCard.CardPath(id), but is null ? card : but(card), TestContext.Current.CancellationToken);
    }

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
