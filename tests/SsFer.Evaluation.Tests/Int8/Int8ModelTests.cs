using System.Security.Cryptography;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Evaluation.Int8;
using SsFer.Learning.Weights;

namespace SsFer.Evaluation.Tests.Int8;

[Trait("Category", "Slow")]
public sealed class Int8ModelTests
{
    private static readonly DatasetReference Calibrated = new("shades", "any", DatasetSplit.Train);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_OfAResNet_IsASmallerModelThatIsMeasuredAsItIsServed()
    {
        using var bench = await EvaluationBench.CreateAsync(EvaluationBench.ResNet);
        var single = await TrainedAsync(bench);

        var card = await QuantiseAsync(bench, "good-int8");

        Assert.Equal(("good-int8", "good", Calibrated), (card!.Id, card.Calibration!.Model, card.Calibration.Dataset));
        Assert.Equal(20, card.Calibration.Faces); // those of the split that have a label
        Assert.InRange(card.Calibration.SameAnswers, 0.95, 1);
        Assert.InRange(card.ProductEvaluation.Accuracy, 0.95, 1);
        Assert.Equal(single.ProductEvaluation.Rules.Count, card.ProductEvaluation.Rules.Count);
        Assert.Contains("int8", card.MeasuredOn!, StringComparison.Ordinal);
        Assert.Null(card.Attack);
        var (before, after) = (await bench.ReadAsync(ServedModel.PathOf("good")), await bench.ReadAsync(ServedModel.PathOf("good-int8")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(after)), card.OnnxSha256);
        Assert.InRange(after.Length, 1, before.Length / 3);
        Assert.Equal(single.WeightsSha256, card.WeightsSha256);
        Assert.True((await bench.Registry.PromoteAsync("good-int8", AliasActor.OfPerson("tester"), "test", Token)).IsNew);
    }

    [Fact]
    public async Task Publish_UnderANameThatIsTaken_LeavesWhatIsThere()
    {
        using var bench = await EvaluationBench.CreateAsync(EvaluationBench.ResNet);
        await TrainedAsync(bench);
        var before = await bench.FilesAsync("good");

        Assert.Null(await QuantiseAsync(bench, "good"));

        Assert.Equal(before, await bench.FilesAsync("good"));
    }

    [Fact]
    public async Task Publish_OfATransformer_SaysThatInt8IsForResNets()
    {
        using var bench = await EvaluationBench.CreateAsync();
        await TrainedAsync(bench);

        var fault = await Assert.ThrowsAsync<WeightsException>(() => QuantiseAsync(bench, "good-int8"));

        Assert.Equal("good is a ViT, and int8 is written of the compact ResNet alone: serve it in fp32", fault.Message);
        Assert.Empty(await bench.FilesAsync("good-int8"));
    }

    private static async Task<ModelCard> TrainedAsync(EvaluationBench bench)
    {
        await bench.AddRunAsync("good", ShadeClassifier.Good, """{ "attackFaces": 0 }""");
        await bench.EvaluateAsync("good");
        return await bench.CardAsync("good");
    }

    private static async Task<ModelCard?> QuantiseAsync(EvaluationBench bench, string id)
    {
        using var model = await StoredModel.OpenStoredAsync(bench.Store, "good", Token);
        var (calibration, basis) = (await bench.BasisAsync(DatasetSplit.Train), await bench.BasisAsync(DatasetSplit.Validation));
        using var calibrated = calibration.Faces;
        using var measured = basis.Faces;
        var made = new Int8Model(model, await bench.CardAsync("good"), id);
        return await made.TryPublishAsync(bench.Store, Calibrated, calibrated, basis, Token);
    }
}
