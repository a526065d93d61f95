using System.Text;
using SsFer.Artifacts.Models;

namespace SsFer.Evaluation.Tests;

/// <summary>The stage where a worker dies or is suspended between two of its writes, and another takes over.</summary>
[Trait("Category", "Slow")]
public sealed class EvaluationTakeoverTests : IAsyncLifetime
{
    private EvaluationBench _bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await EvaluationBench.CreateAsync();

    [Fact]
    public async Task Evaluation_KilledBetweenPromotionAndCompletion_EndsAsIfItHadNot()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good);
        await using (var killed = await _bench.ClaimAsync("good"))
        {
            await _bench.RunStageAsync(killed);
        }

        byte[] card = await _bench.ReadAsync(ModelCard.CardPath("good")),
            alias = await _bench.ReadAsync(ModelPaths.Production);

        await using var successor = await _bench.TakeOverAsync("good");
        Assert.True(await successor.CompleteAsync(await _bench.RunStageAsync(successor), Token));

        Assert.Equal(("promoted", 1L, null), await DecisionAsync("good"));
        Assert.Equal(card, await _bench.ReadAsync(ModelCard.CardPath("good")));
        Assert.Equal(alias, await _bench.ReadAsync(ModelPaths.Production));
    }

    [Fact]
    public async Task Evaluation_KilledBetweenPromotionAndCompletion_StaysPromotedThoughItWasRolledBackMeanwhile()
    {
        await _bench.AddRunAsync("first", ShadeClassifier.Good);
        await _bench.EvaluateAsync("first");
        await _bench.AddRunAsync("second", ShadeClassifier.Good);
        await using (var killed = await _bench.ClaimAsync("second"))
        {
            await _bench.RunStageAsync(killed);
        }

        await _bench.Registry.RollBackAsync(null, AliasActor.OfPerson("someone"), "complaints", Token);

        await using var successor = await _bench.TakeOverAsync("second");
        Assert.True(await successor.CompleteAsync(await _bench.RunStageAsync(successor), Token));

        Assert.Equal(("promoted", 2L, "first"), await DecisionAsync("second"));
        Assert.Equal("first", (await _bench.Registry.ReadAsync(Token)).Current);
    }

    [Theory]
    [InlineData("models/good/weights.safetensors")]
    [InlineData("models/good/model.onnx")]
    [InlineData("models/good/report.html")]
    [InlineData("models/good/card.json")]
    [InlineData("models/aliases/production.json")]
    public async Task Evaluation_KilledBeforeAnyOfItsWrites_EndsTheSame(string path)
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good);
        _bench.Store.FailNextWriteTo = path;
        await using (var killed = await _bench.ClaimAsync("good"))
        {
            await Assert.ThrowsAsync<IOException>(() => _bench.RunStageAsync(killed));
        }

        await using var successor = await _bench.TakeOverAsync("good");
        Assert.True(await successor.CompleteAsync(await _bench.RunStageAsync(successor), Token));

        Assert.Equal(("promoted", 1L, null), await DecisionAsync("good"));
        Assert.Equal("good", (await _bench.Registry.ReadAsync(Token)).Current);
        Assert.Equal(ModelFiles("good"), (await _bench.FilesAsync("good")).Keys);
        Assert.Contains("<strong>Promoted</strong>", await ReportAsync("good"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("model.onnx")]
    [InlineData("card.json")]
    [InlineData("report.html")]
    public async Task Evaluation_SuspendedBeforeAnyOfItsWrites_LeavesWhatItsSuccessorStored(string file)
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, "{}");
        await _bench.EvaluateAsync("good");
        await _bench.AddRunAsync("dark", ShadeClassifier.AlwaysDark, """{ "attackFaces": 0 }""");
        await _bench.EvaluateAsync("dark");
        await _bench.Registry.PromoteAsync("good", AliasActor.OfPerson("someone"), "a start", Token);
        await _bench.AddRunAsync("next", ShadeClassifier.AlwaysDark, """{ "attackFaces": 0, "promotion": {} }""");
        var suspended = await _bench.ClaimAsync("next");
        await suspended.DisposeAsync(); // its heart stands still as long as it is
        SortedDictionary<string, string> stored = [];
        _bench.Store.BeforeNextWrite = ($"models/next/{file}", FinishAsAnotherAsync);

        await _bench.RunStageAsync(suspended);

        Assert.Equal(("promoted", 3L, "dark"), await DecisionAsync("next"));
        Assert.Equal(ModelFiles("next"), stored.Keys);
        Assert.Equal(stored, await _bench.FilesAsync("next"));
        Assert.Contains("<strong>Promoted</strong>", await ReportAsync("next"), StringComparison.Ordinal);

        async Task FinishAsAnotherAsync()
        {
            await _bench.Registry.PromoteAsync(
                "dark",
                AliasActor.OfPerson("someone"),
                "next was rejected against good; against dark it will be promoted",
                Token
            );
            await using var successor = await _bench.TakeOverAsync("next");
            Assert.True(await successor.CompleteAsync(await _bench.RunStageAsync(successor), Token));
            stored = await _bench.FilesAsync("next");
        }
    }

    [Fact]
    public async Task Evaluation_KilledBeforePromotion_DecidesAnewAgainstWhatWentIntoProductionMeanwhile()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, "{}");
        await _bench.EvaluateAsync("good");
        await _bench.AddRunAsync(
            "biased",
            new ShadeClassifier(Bias: 1000),
            """{ "attackFaces": 0, "promotion": { "margin": 0.5, "collapse": 0 } }"""
        );
        await _bench.AddRunAsync("dark", ShadeClassifier.AlwaysDark, "{}");
        await _bench.EvaluateAsync("dark");
        await _bench.Registry.PromoteAsync("dark", AliasActor.OfPerson("someone"), "a start", Token);
        _bench.Store.FailNextWriteTo = ModelPaths.Production;
        await using (var killed = await _bench.ClaimAsync("biased"))
        {
            await Assert.ThrowsAsync<IOException>(() => _bench.RunStageAsync(killed));
        }

        Assert.Equal("dark", (await _bench.CardAsync("biased")).Promotion!.Production);
        await _bench.Registry.PromoteAsync("good", AliasActor.OfPerson("someone"), "better", Token);

        await using var successor = await _bench.TakeOverAsync("biased");
        Assert.True(await successor.CompleteAsync(await _bench.RunStageAsync(successor), Token));

        var decision = (await _bench.CardAsync("biased")).Promotion!;
        Assert.Equal(("good", true, 1.0), (decision.Production, decision.Promoted, decision.ProductionAccuracy!.Value));
    }

    [Fact]
    public async Task Evaluation_OfAModelThatIsDecidedAnew_ReplacesCardAndReportAlone()
    {
        await _bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0, "promotion": {} }""");
        _bench.Store.FailNextWriteTo = ModelPaths.Production;
        await using (var killed = await _bench.ClaimAsync("good"))
        {
            await Assert.ThrowsAsync<IOException>(() => _bench.RunStageAsync(killed));
        }

        await _bench.AddRunAsync("first", ShadeClassifier.Good, "{}");
        await _bench.EvaluateAsync("first");
        await _bench.Registry.PromoteAsync("first", AliasActor.OfPerson("someone"), "a start", Token);
        var before = await _bench.FilesAsync("good");
        var digest = (await _bench.CardAsync("good")).OnnxSha256;
        await _bench.Store.PutAsync(ServedModel.PathOf("good"), new MemoryStream("in service"u8.ToArray()), Token);

        await using var successor = await _bench.TakeOverAsync("good");
        await _bench.RunStageAsync(successor);

        var after = await _bench.FilesAsync("good");
        Assert.Equal("in service"u8.ToArray(), await _bench.ReadAsync(ServedModel.PathOf("good")));
        Assert.Equal(digest, (await _bench.CardAsync("good")).OnnxSha256); // a file that was changed is not made good by a new card
        Assert.Equal(before[ModelCard.WeightsPath("good")], after[ModelCard.WeightsPath("good")]);
        Assert.Equal("first", (await _bench.CardAsync("good")).Promotion!.Production);
        Assert.Contains("against 100.00 % of first", await ReportAsync("good"), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _bench.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<string> ModelFiles(string id) =>
        [ModelCard.CardPath(id), ServedModel.PathOf(id), ModelCard.ReportPath(id), ModelCard.WeightsPath(id)];

    private async Task<string> ReportAsync(string model) => Encoding.UTF8.GetString(await _bench.ReadAsync(ModelCard.ReportPath(model)));

    private async Task<(string?, long, string?)> DecisionAsync(string run)
    {
        var summary = await _bench.SummaryAsync(run);
        return (summary.Decision, summary.Sequence!.Value, summary.Previous);
    }
}
