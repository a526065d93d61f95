using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts.Events;
using SsFer.Evaluation.Int8;
using SsFer.Learning.Attacks;
using SsFer.Learning.Metrics;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation.Tests;

/// <summary>The stage on real faces and models, small ones.</summary>
[Trait("Category", "Slow")]
public sealed class EvaluationStageTests : IAsyncLifetime
{
    private EvaluationBench _bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await EvaluationBench.CreateAsync();

    [Fact]
    public async Task Evaluation_OfAModel_LeavesCardWeightsOnnxAndReport()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 8 }""");

        var summary = await _bench.EvaluateAsync("good");

        var card = await _bench.CardAsync("good");
        Assert.True(summary.Accuracy > 0.95);
        Assert.Equal((summary.Accuracy, null), (card.ProductEvaluation.Accuracy, summary.Decision));
        Assert.Null(card.Promotion);
        Assert.Null((await _bench.Registry.ReadAsync(Token)).Current);
        Assert.Equal((8, 40, "shades:validation"), (card.Attack!.Faces, card.Attack.DrawnFrom, card.Attack.Dataset));
        Assert.Equal(RegionAttack.PaperEpsilons, card.Attack.Rows.Select(row => row.Epsilon));
        Assert.True(card.Size!.Parameters > 1000 && card.Size.MultiplyAdds > card.Size.Parameters);
        Assert.Contains("fp32", card.MeasuredOn!, StringComparison.Ordinal);
        Assert.Equal("strict", card.ProductEvaluation.Rules[1].Rule);
        Assert.NotNull(card.ProductEvaluation.Rules[0].WithoutDuplicates);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await _bench.ReadAsync(ServedModel.PathOf("good")))), card.OnnxSha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await _bench.ReadAsync(ModelCard.WeightsPath("good")))), card.WeightsSha256);
        Assert.NotEmpty(await _bench.ReadAsync(ModelCard.WeightsPath("good")));
        var report = Encoding.UTF8.GetString(await _bench.ReadAsync(ModelCard.ReportPath("good")));
        Assert.Contains("data:image/png;base64,", report, StringComparison.Ordinal);
        Assert.Contains("dark &lt;&amp;&gt;", report, StringComparison.Ordinal);
        Assert.DoesNotContain("dark <", report, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(?!data:)|url\\(|@import|<script", report);
    }

    [Fact]
    public async Task Evaluation_OfAModel_TellsHowItAnsweredEveryFaceOfTheSplit()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0 }""");
        await _bench.EvaluateAsync("good");

        var card = (await _bench.Store.TryReadJsonAsync<JsonElement>(ModelCard.CardPath("good"), Token))!.Value;
        var told = PredictionReference.TryFind(card, (await _bench.CardAsync("good")).Classes)!;

        Assert.Equal(
            [("bright", EvaluationBench.Bright), ("dark <&>", EvaluationBench.Dark)],
            told.Expressions.Select(pair => (pair.Key, (int)pair.Value)).Order()
        );
        Assert.Equal(EvaluationBench.Bright + EvaluationBench.Dark, told.TopProbabilities.Sum());
        Assert.Equal(0, told.TopProbabilities.Take(5).Sum()); // of two classes one has at least a half
    }

    [Fact]
    public async Task Evaluation_OnFacesEnough_CalibratesWhatIsServed()
    {
        using var bench = await EvaluationBench.CreateAsync(faces: 20 + TemperatureScaling.LeastFaces);
        await bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0 }""");
        await bench.EvaluateAsync("good");

        var card = await bench.CardAsync("good");
        var confidence = card.ProductEvaluation.Confidence!;
        using var weights = await StoredModel.OpenStoredAsync(bench.Store, "good", Token);
        using var faces = (await bench.BasisAsync(DatasetSplit.Validation)).Faces;
        using var uncalibrated = new MemoryStream();
        OnnxModelFile.Write(uncalibrated, "good", weights.Weights, weights.Preparation, temperature: 1);
        var served = Predict(await bench.ReadAsync(ServedModel.PathOf("good")), faces);
        var trained = Predict(uncalibrated.ToArray(), faces);

        Assert.InRange(confidence.Temperature, 0.2, 0.9); // it is always right, and trained so little that it does not know
        Assert.InRange(confidence.ErrorAfter, 0, confidence.ErrorBefore - 0.01);
        Assert.Equal(confidence.Temperature, weights.Temperature);
        Assert.All(served.Zip(trained), pair =>
            Assert.Equal(TemperatureScaling.Apply(pair.Second, confidence.Temperature).Max(), pair.First.Max(), 1e-4f)
        );
        Assert.Equal(served.Count(row => row.Max() >= 0.9f), card.ProductEvaluation.Predictions!.TopProbabilities[^1]);
    }

    [Fact]
    public async Task Evaluation_OnFewFaces_LeavesConfidenceAsItIs()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0 }""");
        await _bench.EvaluateAsync("good");

        Assert.Null((await _bench.CardAsync("good")).ProductEvaluation.Confidence);
    }

    [Fact]
    public async Task Evaluation_ThatIsTold_LeavesTheAttackOut()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0 }""");

        await _bench.EvaluateAsync("good");

        Assert.Null((await _bench.CardAsync("good")).Attack);
    }

    [Fact]
    public async Task Gate_OverSeveralRuns_PromotesTheGoodAndRejectsTheCollapsed()
    {
        foreach (
            var (run, classifier) in new[]
            {
                ("dark", ShadeClassifier.AlwaysDark),
                ("first", ShadeClassifier.Good),
                ("bright", ShadeClassifier.AlwaysBright),
                ("second", ShadeClassifier.Good),
            }
        )
        {
            await _bench.AddRunAsync(run, classifier);
        }

        var constant = await _bench.EvaluateAsync("dark");
        var first = await _bench.EvaluateAsync("first");
        var worse = await _bench.EvaluateAsync("bright");
        var second = await _bench.EvaluateAsync("second");

        Assert.Equal(
            "rejected: no model is in production; accuracy 60.00 % is not better than the 60.00 % of always answering dark <&>",
            constant.Decision
        );
        Assert.Equal(("promoted", 1L, null), (first.Decision, first.Sequence!.Value, first.Previous));
        Assert.Matches("^rejected: accuracy 40.00 % against 100.00 % of first", worse.Decision);
        Assert.Null(worse.Sequence);
        Assert.Equal(("promoted", 2L, "first"), (second.Decision, second.Sequence!.Value, second.Previous));
        Assert.Equal("accuracy 100.00 % against 100.00 % of first", second.Reason);
        Assert.Equal(
            (1.0, 1.0),
            (
                (await _bench.CardAsync("second")).Promotion!.Accuracy,
                (await _bench.CardAsync("second")).Promotion!.ProductionAccuracy!.Value
            )
        );
        Assert.Contains(
            "Promoted",
            Encoding.UTF8.GetString(await _bench.ReadAsync(ModelCard.ReportPath("second"))),
            StringComparison.Ordinal
        );
        Assert.Equal("second", (await _bench.Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task Gate_AgainstAModelOfOtherClasses_LeavesItToAPerson()
    {
        await _bench.AddRunAsync("other", ShadeClassifier.Good, """{ "attackFaces": 0 }""");
        await _bench.EvaluateAsync("other");
        await _bench.ReplaceWeightsAsync("other", ShadeClassifier.Good with { Classes = ["cold", "warm"] });
        await _bench.Registry.PromoteAsync("other", AliasActor.OfPerson("someone"), "a start", Token);
        await _bench.AddRunAsync("next", ShadeClassifier.Good);

        var summary = await _bench.EvaluateAsync("next");

        Assert.Matches("^rejected: other in production knows other classes", summary.Decision);
        Assert.Equal("other", (await _bench.Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task Gate_AgainstAModelThatHasSeenTheFaces_ComparesNothingAndLeavesItToAPerson()
    {
        await _bench.AddRunAsync("knowing", ShadeClassifier.AlwaysDark, learned: DatasetSplit.Validation);
        await _bench.EvaluateAsync("knowing");
        await _bench.Registry.PromoteAsync("knowing", AliasActor.OfPerson("someone"), "a start", Token);
        await _bench.AddRunAsync("better", ShadeClassifier.Good);

        var summary = await _bench.EvaluateAsync("better");

        Assert.StartsWith(
            "rejected: knowing in production has seen the faces that both would be measured on (run knowing learned from "
                + "shades:validation, which holds shades:validation): ssfer models promote better",
            summary.Decision,
            StringComparison.Ordinal
        );
        Assert.Null((await _bench.CardAsync("better")).Promotion!.ProductionAccuracy);
        Assert.Equal("knowing", (await _bench.Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task Gate_AnotherModelIsPromotedInTheSameMoment_ComparesWithThatOne()
    {
        await _bench.AddRunAsync("dark", ShadeClassifier.AlwaysDark, "{}");
        await _bench.EvaluateAsync("dark");
        await _bench.Registry.PromoteAsync("dark", AliasActor.OfPerson("someone"), "a start", Token);
        await _bench.AddRunAsync(
            "biased",
            new ShadeClassifier(Bias: 1000),
            """{ "attackFaces": 0, "promotion": { "margin": 0.3, "collapse": 0 } }"""
        );
        await _bench.AddRunAsync("good", ShadeClassifier.Good);
        _bench.Store.BeforeNextWrite = (ModelPaths.Production, () => _bench.EvaluateAsync("good"));

        var biased = await _bench.EvaluateAsync("biased");

        Assert.StartsWith("rejected", biased.Decision, StringComparison.Ordinal);
        Assert.Equal("good", (await _bench.CardAsync("biased")).Promotion!.Production);
        Assert.Equal(["dark", "good"], (await _bench.Registry.ReadAsync(Token)).History.Select(entry => entry.Model));
    }

    [Fact]
    public async Task Evaluation_OfARunWhoseModelIsAnothers_IsRefused()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good);
        var stolen = await ForeignCardAsync();
        await _bench.Store.PutAsync(ModelCard.CardPath("good"), new MemoryStream(Artifacts.Storage.ArtifactJson.Serialize(stolen)), Token);

        await using var claim = await _bench.ClaimAsync("good");
        var refused = await Assert.ThrowsAsync<PermanentStageException>(() => _bench.RunStageAsync(claim));

        Assert.Contains("'good' exists and was made with other settings", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announcement_OfACompletedEvaluation_TellsTheCardsFigures()
    {
        var told = await ToldOfAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0 }""");

        var evaluated = Assert.IsType<ModelEvaluated>(Assert.Single(told));
        var card = await _bench.CardAsync("good");
        Assert.Equal(
            ("good", card.ProductEvaluation.Accuracy, card.ProductEvaluation.Rules[0].All.MacroF1),
            (evaluated.Model, evaluated.Accuracy, evaluated.MacroF1)
        );
    }

    [Fact]
    public async Task Announcement_OfAGatedEvaluation_TellsTheDecisionToo()
    {
        const string Gated = """{ "attackFaces": 0, "promotion": {} }""";

        var good = await ToldOfAsync("good", ShadeClassifier.Good, Gated);
        var dark = await ToldOfAsync("dark", ShadeClassifier.AlwaysDark, Gated);

        var promoted = Assert.IsType<ModelPromoted>(good[1]);
        Assert.Equal(("good", null, 1L), (promoted.Model, promoted.Previous, promoted.Sequence));
        var rejected = Assert.IsType<ModelRejected>(dark[1]);
        Assert.Equal(("dark", "dark", (await _bench.CardAsync("dark")).Promotion!.Reason), (rejected.Run, rejected.Model, rejected.Reason));
    }

    public ValueTask DisposeAsync()
    {
        _bench.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<object>> ToldOfAsync(string run, ShadeClassifier classifier, string parameters)
    {
        await _bench.AddRunAsync(run, classifier, parameters);
        await using var claim = await _bench.ClaimAsync(run);
        Assert.True(await claim.CompleteAsync(await _bench.RunStageAsync(claim), Token));
        return EvaluationService.EventsOf(claim);
    }

    private async Task<ModelCard> ForeignCardAsync()
    {
        await _bench.AddRunAsync("foreign", ShadeClassifier.Good, """{ "attackFaces": 0 }""");
        await _bench.EvaluateAsync("foreign");
        return await _bench.CardAsync("foreign");
    }

    private static IReadOnlyList<float[]> Predict(byte[] onnx, PreparedFaces faces)
    {
        using var model = new OnnxFaces(onnx, faces.Read(0).Width);
        return model.Predict(faces, Token);
    }
}
