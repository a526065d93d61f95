using System.Text.Json;
using SsFer.Learning.Models;
using SsFer.Learning.Models.Baselines;
using SsFer.Learning.Objectives;
using SsFer.Learning.Tensors;
using SsFer.Learning.Tests.Golden;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

/// <summary>The expected numbers were made by Golden/baselines.py with torchvision's networks.</summary>
public sealed class BaselineNetworkTests
{
    private const int Classes = 8;
    private const int Pictures = 4;
    private const int Side = 48;

    /// <summary>Of what is computed in double precision; logits and loss are told in single precision.</summary>
    private const double Tolerance = 1e-6;

    private static readonly JsonElement Golden = GoldenFile.Read("baselines.json");

    public static TheoryData<BaselineKind> All { get; } = [.. Enum.GetValues<BaselineKind>()];

    public static TheoryData<BaselineKind> Small { get; } = [.. Enum.GetValues<BaselineKind>().Where(kind => !IsLarge(kind))];

    [Theory]
    [InlineData(BaselineKind.ResNet18, 11.2, 1.81)]
    [InlineData(BaselineKind.ResNet50, 23.5, 4.09)]
    [InlineData(BaselineKind.VGG11, 128.8, 7.61)]
    [InlineData(BaselineKind.VGG13, 129.0, 11.3)]
    [InlineData(BaselineKind.MobileNetV2, 2.23, 0.30)]
    [InlineData(BaselineKind.MobileNetV3Large, 4.21, 0.215)]
    public void Counts_At224PixelsAndEightClasses_AreThoseOfTheMethod(BaselineKind kind, double millions, double gigas)
    {
        var settings = Settings(kind) with { ImageSize = 224 };

        Assert.Equal(Golden.GetProperty($"{kind}").GetProperty("parameters").GetInt64(), settings.ParameterCount(Classes));
        Assert.Equal(millions, settings.ParameterCount(Classes) / 1e6, millions / 200);
        Assert.Equal(gigas, BaselineShape.Of(settings).MultiplyAdds(Classes) / 1e9, gigas / 50);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Layout_HasTheKeysAndShapesOfTorchvision(BaselineKind kind)
    {
        var expected = Golden.GetProperty($"{kind}").GetProperty("shapes").EnumerateObject();
        var network = Networks.Create(Settings(kind), Classes);

        Assert.Equal(
            expected.Select(pair => $"{pair.Name} {pair.Value}"),
            network.Layout.Specs.Select(spec => $"{spec.Name} [{string.Join(',', spec.Shape)}]")
        );
        Assert.Equal(network.Layout.Specs.Where(spec => spec.Trainable).Sum(spec => spec.Count), Settings(kind).ParameterCount(Classes));
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void LogitsGradientsAndStatistics_OfGivenWeights_EqualTorchvision(BaselineKind kind) =>
        Compare(kind, ScalarType.Float64, Tolerance, Tolerance);

    /// <summary>
    /// In single precision, for its hundred million parameters, where a ReLU here and there falls the other way. VGG13 has the same
    /// layers, a few more of them.
    /// </summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void LogitsAndGradients_OfVgg_EqualTorchvision() => Compare(BaselineKind.VGG11, ScalarType.Float32, 1e-4, ofGradients: 1e-2);

    /// <summary>Grad-CAM of a convolutional network is tested on the compact one; it needs no more of a baseline.</summary>
    [Theory]
    [InlineData(BaselineKind.ResNet18, 2)]
    [InlineData(BaselineKind.VGG11, 3)]
    [InlineData(BaselineKind.MobileNetV2, 2)]
    public void Cut_IsTheForwardPassInTwoParts(BaselineKind kind, int grid)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Networks.Create(Settings(kind), Classes);
        using var parameters = ParameterSet.Initialised(network.Layout, 1);
        var pictures = randn([2, 3, Side, Side], generator: new Generator(3));

        var cut = network.CutAtFeatures(parameters, pictures);

        Assert.Equal(grid, network.FeatureGrid);
        Assert.Equal([2, grid, grid], [cut.Features.shape[0], .. cut.Features.shape[2..]]);
        Assert.Equal([2, grid * grid, cut.Features.shape[1]], cut.OnGrid(cut.Features).shape);
        Assert.True(cut.Logits(cut.Features).allclose(network.Forward(parameters, pictures), rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void Pass_OfWeightsThatTrain_MovesTheRunningStatisticsOnceAndNotWhilePaused()
    {
        using var scope = NewDisposeScope();
        var network = Networks.Create(Settings(BaselineKind.ResNet18), Classes);
        using var parameters = ParameterSet.Initialised(network.Layout, 1);
        parameters.Statistics = new RunningStatistics(parameters);
        var pictures = randn([Pictures, 3, Side, Side], generator: new Generator(1));
        var mean = parameters.Find("bn1.running_mean");

        using (parameters.Statistics.Pause())
        {
            network.Forward(parameters, pictures);
        }

        Assert.Equal(0, mean.abs().max().item<float>());

        network.Forward(parameters, pictures);
        var once = mean.clone();
        network.Forward(parameters, pictures);

        // Twice the same batch: m (1 + 0.9) of what one pass leaves, m being 0.1 of the batch's mean
        Assert.True(once.abs().max().item<float>() > 1e-3);
        Assert.True(mean.allclose(once.Times(1.9), rtol: 1e-4, atol: 1e-7));
    }

    [Fact]
    public void Forward_Evaluated_DoesNotDependOnTheBatchAPictureComesIn()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Networks.Create(Settings(BaselineKind.MobileNetV3Large), Classes);
        using var parameters = ParameterSet.Zeros(network.Layout, ScalarType.Float64, CPU, withGradients: false);
        Fill(parameters);
        var pictures = randn([5, 3, Side, Side], dtype: ScalarType.Float64, generator: new Generator(2));

        var together = network.Forward(parameters, pictures);
        var alone = network.Forward(parameters, pictures.narrow(0, 3, 1));

        Assert.True(together.narrow(0, 3, 1).allclose(alone, rtol: 1e-5, atol: 0));
    }

    [Fact]
    public void Network_OfATinyPicture_IsRefused()
    {
        var refused = Assert.Throws<ArgumentException>(() =>
            Networks.Create(Settings(BaselineKind.VGG11) with { ImageSize = 31 }, Classes)
        );

        Assert.Equal("image size 31 is below 32", refused.Message);
    }

    [Theory]
    [InlineData(1, 3, new[] { 1f, 1f, 1f })]
    [InlineData(3, 2, new[] { 0.5f, 0.5f, 0, 0, 0.5f, 0.5f })]
    [InlineData(4, 2, new[] { 0.5f, 0.5f, 0, 0, 0, 0, 0.5f, 0.5f })]
    public void GridPooling_TakesTheMeanOfEachCell(int side, int cells, float[] expected) =>
        Assert.Equal(expected, GridPooling.Weights(side, cells));

    private static bool IsLarge(BaselineKind kind) => Settings(kind).ParameterCount(Classes) > 50e6;

    private static ModelSettings Settings(BaselineKind kind) =>
        new()
        {
            Kind = ModelKind.Baseline,
            Baseline = kind,
            ImageSize = Side,
        };

    private static void Compare(BaselineKind kind, ScalarType type, double tolerance, double ofGradients)
    {
        using var scope = NewDisposeScope();
        var expected = Golden.GetProperty($"{kind}");
        var network = Networks.Create(Settings(kind), Classes);
        using var parameters = ParameterSet.Zeros(network.Layout, type, CPU, withGradients: true);
        Fill(parameters);
        var pictures = tensor(FormulaValues.Of(Pictures * 3 * Side * Side, salt: 1), [Pictures, 3, Side, Side]);

        using (no_grad())
        {
            double[] logits = [.. expected.GetProperty("logits").EnumerateArray().Select(value => value.GetDouble())];
            var scale = logits.Max(Math.Abs);
            Assert.Equal(
                logits,
                network.Forward(parameters, pictures).data<float>().ToArray().Select(value => (double)value),
                (wanted, got) => Math.Abs(wanted - got) <= tolerance * scale
            );
        }

        parameters.Statistics = new RunningStatistics(parameters);
        var loss = CrossEntropy.Hard(network.Forward(parameters, pictures), tensor(new long[] { 3, 0, 7, 5 })).mean();
        loss.backward();

        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.item<float>(), tolerance);
        AssertProducts(expected, parameters, ofGradients);
    }

    /// <summary>Each gradient and each running statistic, by its inner product with the formula's values.</summary>
    private static void AssertProducts(JsonElement expected, ParameterSet parameters, double tolerance)
    {
        var lengths = expected.GetProperty("lengths");
        var products = expected.GetProperty("products");
        // What is zero but for rounding, such as the bias before a normalisation, is so beside the others
        var rounding = 1e-6 * tolerance * lengths.EnumerateObject().Max(pair => pair.Value.GetDouble());
        foreach (var (at, spec) in parameters.Layout.Specs.Index())
        {
            using var scope = NewDisposeScope();
            var values = parameters[new ParameterSlot(at)];
            var counted = (spec.Trainable ? values.grad! : values).detach().to(ScalarType.Float64).flatten();
            var product = counted.dot(tensor(FormulaValues.Of(spec.Count, at + 1000))).item<double>();
            var length = counted.norm().item<double>();
            var bound = (tolerance * length) + rounding;
            Assert.True(
                Math.Abs(products.GetProperty(spec.Name).GetDouble() - product) <= bound,
                $"{spec.Name}: {product} instead of {products.GetProperty(spec.Name)}, with a length of {length}"
            );
            if (spec.Trainable)
            {
                Assert.Equal(lengths.GetProperty(spec.Name).GetDouble(), length, bound);
            }
        }
    }

    /// <summary>As the script fills them.</summary>
    private static void Fill(ParameterSet parameters)
    {
        using var noGrad = no_grad();
        foreach (var (at, (name, values)) in NamedWeights.Of(parameters).Index())
        {
            using var scope = NewDisposeScope();
            var drawn = tensor(FormulaValues.Of(values.numel(), at + 2), values.shape);
            if (values.dim() > 1)
            {
                var fanIn = (double)values.numel() / values.shape[0];
                drawn = drawn.Times(Math.Pow(2, Math.Round(Math.Log2(Math.Sqrt(6 / fanIn)))));
            }
            else
            {
                drawn =
                    name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal)
                        ? drawn.Times(0.25).Plus(1.0)
                        : drawn.Times(0.125);
            }

            values.copy_(drawn);
        }
    }
}
