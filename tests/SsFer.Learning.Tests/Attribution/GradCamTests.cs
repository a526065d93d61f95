using SsFer.Learning.Attribution;
using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Learning.Tests.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Attribution;

[Collection(ProcessWideCounters.Name)]
public sealed class GradCamTests
{
    private static readonly ModelSettings Settings = new()
    {
        ImageSize = 16,
        PatchSize = 8,
        Width = 16,
        Depth = 2,
        Heads = 2,
    };

    // Channel means of the gradients are (1, -0.5): 1, 1.5, -1.5 and 0.5, of which ReLU makes 0 the smallest and 1.5 the largest.
    private static readonly double[,,] Activations =
    {
        {
            { 1, 0 },
            { 2, 1 },
            { 0, 3 },
            { 1, 1 },
        },
    };
    private static readonly double[,,] Gradients =
    {
        {
            { 1, -1 },
            { 1, 0 },
            { 2, -1 },
            { 0, 0 },
        },
    };

    [Fact]
    public void Map_OfFourPatches_EqualsTheHandComputedOne()
    {
        using var scope = NewDisposeScope();

        var map = GradCam.Map(tensor(Activations), tensor(Gradients), grid: 2, size: 2);

        Assert.Equal([1, 2, 2], map.shape);
        Assert.Equal([2 / 3.0, 1, 0, 1 / 3.0], map.data<double>().ToArray(), Close);
    }

    [Fact]
    public void Map_UpSampled_IsBilinearBetweenPatchCentres()
    {
        using var scope = NewDisposeScope();

        var map = GradCam.Map(tensor(Activations), tensor(Gradients), grid: 2, size: 4);

        // The first row lies above the upper patches' centres; the inner columns a quarter and three quarters of the way from one
        // centre to the other.
        Assert.Equal([2 / 3.0, 0.75, 11 / 12.0, 1], map.data<double>().ToArray().Take(4), Close);
    }

    [Fact]
    public void Map_OfPatchesThatAllSpeakAgainstTheClass_IsZero()
    {
        using var scope = NewDisposeScope();

        var map = GradCam.Map(tensor(Activations), ones_like(tensor(Activations)).neg(), grid: 2, size: 4);

        Assert.All(map.data<double>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Map_OfAnotherNumberOfTokens_NamesTheShapes()
    {
        using var scope = NewDisposeScope();

        var refused = Assert.Throws<ArgumentException>(() => GradCam.Map(tensor(Activations), tensor(Gradients), grid: 3, size: 6));

        Assert.Contains("[N, 9, D]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4, 2]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_OfAModel_EqualThoseOfFiniteDifferences()
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = new VisionTransformer(Settings, 3);
        using var parameters = TrainedClassifier.InDouble(model);
        var pictures = randn([4, 3, 16, 16], dtype: ScalarType.Float64, generator: new Generator(2));
        CamBatch cam;
        using (enable_grad())
        {
            cam = GradCam.Of(model, parameters, pictures);
        }

        var tokens = model.ForwardToLastBlock(parameters, pictures);
        var activations = model.NormaliseForLastBlock(parameters, tokens); // [4, 5, 16]
        var weights = new List<Tensor>();
        for (var channel = 0; channel < Settings.Width; channel++)
        {
            // All patches of a channel moved at once: the slope is the sum of their gradients, four times their mean.
            var direction = zeros_like(activations);
            direction.narrow(1, 1, 4).narrow(2, channel, 1).copy_(tensor(Step));
            weights.Add((Score(activations.Plus(direction)) - Score(activations - direction)).Times(1 / (2 * Step * 4))); // [4, 1]
        }

        var gradients = cat(weights, 1).unsqueeze(1).expand(4, 4, Settings.Width); // equal gradients have themselves as mean
        var expected = GradCam.Map(activations.narrow(1, 1, 4), gradients, Settings.Grid, Settings.ImageSize);

        Assert.True(expected.max().item<double>() > 0.9);
        Assert.True(cam.Values.allclose(expected, rtol: 0, atol: 1e-6), $"off by {(cam.Values - expected).abs().max().item<double>()}");

        Tensor Score(Tensor moved) => model.ForwardLastBlock(parameters, tokens, moved).gather(1, cam.Predicted.unsqueeze(1));
    }

    [Fact]
    public void Maps_OfAResidualNetwork_EqualThoseOfFiniteDifferences()
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var settings = new ModelSettings
        {
            Kind = ModelKind.ResNet,
            ImageSize = 16,
            ResNet = new ResNetSettings
            {
                Width = 4,
                Levels = 2,
                Blocks = 1,
            },
        };
        var model = new ResidualNetwork(settings, 3);
        using var parameters = TrainedClassifier.InDouble(model);
        var pictures = randn([4, 3, 16, 16], dtype: ScalarType.Float64, generator: new Generator(2));
        CamBatch cam;
        using (enable_grad())
        {
            cam = GradCam.Of(model, parameters, pictures);
        }

        var cut = model.CutAtFeatures(parameters, pictures); // [4, 8, 4, 4]
        var weights = new List<Tensor>();
        for (var channel = 0; channel < 8; channel++)
        {
            // All places of a channel moved at once: the slope is the sum of their gradients, sixteen times their mean.
            var direction = zeros_like(cut.Features);
            direction.narrow(1, channel, 1).copy_(tensor(Step));
            weights.Add((Score(cut.Features.Plus(direction)) - Score(cut.Features - direction)).Times(1 / (2 * Step * 16))); // [4, 1]
        }

        var gradients = cat(weights, 1).unsqueeze(1).expand(4, 16, 8); // equal gradients have themselves as mean
        var expected = GradCam.Map(cut.OnGrid(cut.Features), gradients, grid: 4, settings.ImageSize);

        Assert.True(expected.max().item<double>() > 0.9);
        Assert.True(cam.Values.allclose(expected, rtol: 0, atol: 1e-6), $"off by {(cam.Values - expected).abs().max().item<double>()}");

        Tensor Score(Tensor moved) => cut.Logits(moved).gather(1, cam.Predicted.unsqueeze(1));
    }

    [Fact]
    public void Explain_OfATrainedClassifier_TellsItsPredictionsAndLeavesNoTensor()
    {
        var classifier = TrainedClassifier.Instance;
        var probabilities = classifier.Predict(TrainedClassifier.Faces, TestContext.Current.CancellationToken);
        GradCam.Explain(classifier, TrainedClassifier.Faces, TestContext.Current.CancellationToken);
        Collect();
        var before = Tensor.TotalCount;

        var explanations = GradCam.Explain(classifier, TrainedClassifier.Faces, TestContext.Current.CancellationToken);

        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(probabilities.Select(row => Array.IndexOf(row, row.Max())), explanations.Select(explanation => explanation.Predicted));
        Assert.All(explanations.Zip(probabilities), pair => Assert.Equal(pair.Second.Max(), pair.First.Confidence, 1e-4f));
        Assert.All(explanations, explanation => Assert.All(explanation.Map, value => Assert.InRange(value, 0, 1)));
        Assert.Contains(explanations, explanation => explanation.Map.Max() > 0.5);
    }

    internal static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-9;
}
