using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class EncoderImportTests
{
    [Fact]
    public void FineTuning_FromAClassifierOfAThousandClasses_TakesAllButItsHead()
    {
        using var source = ParameterSet.Initialised(new VisionTransformer(TrainingCase.Recipe.Model, 1000).Layout, 9);
        var encoder = NamedWeights.Of(source).ToDictionary();

        using var task = new FineTuningTask(TrainingCase.Recipe, new SyntheticFaces(32, 4), 4, encoder, TrainingCase.Fp32);

        Assert.Equal(["head.weight", "head.bias"], task.EncoderImport!.Missing);
        var weights = task.Weights.ToDictionary();
        Assert.Equal([4, TrainingCase.Recipe.Model.Width], weights["head.weight"].shape);
        Assert.Equal(encoder["norm.weight"].data<float>().ToArray(), weights["norm.weight"].data<float>().ToArray());
        Assert.Equal(encoder["cls_token"].data<float>().ToArray(), weights["cls_token"].data<float>().ToArray());
    }

    [Fact]
    public void FineTuning_FromAPretrainedEncoder_ListsNothingThatIsAsItShouldBe()
    {
        var (model, decoder) = (TrainingCase.Recipe.Model, TrainingCase.Recipe.Decoder);
        using var source = ParameterSet.Initialised(new MaskedAutoencoder(model, decoder).Layout, 9);
        var encoder = NamedWeights.Of(source).ToDictionary();
        using var surplus = zeros(1);

        using var task = new FineTuningTask(TrainingCase.Recipe, new SyntheticFaces(32, 4), 4, encoder, TrainingCase.Fp32);
        encoder["blocks.99.extra"] = surplus;
        using var odd = new FineTuningTask(TrainingCase.Recipe, new SyntheticFaces(32, 4), 4, encoder, TrainingCase.Fp32);

        Assert.Equal($"{task.EncoderImport!.Loaded.Count} parameters loaded", task.EncoderImport.OfAnEncoder.ToString());
        Assert.EndsWith(" loaded; unexpected: blocks.99.extra", odd.EncoderImport!.OfAnEncoder.ToString(), StringComparison.Ordinal);
    }

    /// <summary>torchvision's last layer has another name and other classes, and PyTorch counts batches.</summary>
    [Fact]
    public void FineTuning_FromANetworkOfTorchvision_TakesAllButItsLastLayer()
    {
        var recipe = TrainingCase.Recipe.With("Model=MobileNetV3Large");
        using var source = ParameterSet.Initialised(Networks.Create(recipe.Model, 4).Layout, 9);
        using Tensor count = zeros([], ScalarType.Int64),
            last = zeros(1000, 1280);
        var weights = NamedWeights.Of(source).Where(pair => !pair.Key.StartsWith("head.", StringComparison.Ordinal)).ToDictionary();
        weights["classifier.3.weight"] = last;
        weights["features.0.1.num_batches_tracked"] = count;

        using var task = new FineTuningTask(recipe, new SyntheticFaces(32, 4), 4, weights, TrainingCase.Fp32);

        Assert.Equal(["head.weight", "head.bias"], task.EncoderImport!.Missing);
        Assert.EndsWith(" loaded; unexpected: classifier.3.weight", task.EncoderImport.OfAnEncoder.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FineTuning_FromAShallowerEncoder_IsRefused()
    {
        var shallow = TrainingCase.Recipe.Model with { Depth = TrainingCase.Recipe.Model.Depth - 1 };
        using var source = ParameterSet.Initialised(new VisionTransformer(shallow, 4).Layout, 9);

        var refusal = Assert.Throws<WeightsException>(() =>
            new FineTuningTask(TrainingCase.Recipe, new SyntheticFaces(32, 4), 4, NamedWeights.Of(source).ToDictionary(), TrainingCase.Fp32)
        );

        Assert.Contains($"blocks.{shallow.Depth}.", refusal.Message, StringComparison.Ordinal);
    }
}
