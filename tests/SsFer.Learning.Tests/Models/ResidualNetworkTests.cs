using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

public sealed class ResidualNetworkTests
{
    private const int Classes = 3;

    private static readonly ModelSettings Settings = new()
    {
        Kind = ModelKind.ResNet,
        ImageSize = 16,
        ResNet = new ResNetSettings
        {
            Width = 8,
            Levels = 2,
            Blocks = 2,
        },
    };

    [Fact]
    public void Layout_HoldsEveryConvolutionUnderItsKey()
    {
        var names = new ResidualNetwork(Settings, Classes).Layout.Specs.ToDictionary(spec => spec.Name, spec => spec.Shape);

        Assert.Equal([8, 3, 3, 3], names["stem.weight"]);
        Assert.Equal([8, 8, 3, 3], names["levels.0.0.conv1.weight"]);
        Assert.Equal([8, 8, 1, 1], names["levels.0.0.shortcut.weight"]);
        Assert.DoesNotContain("levels.0.1.shortcut.weight", names.Keys);
        Assert.Equal([16, 8, 3, 3], names["levels.1.0.conv1.weight"]);
        Assert.Equal([16, 16, 3, 3], names["levels.1.1.conv2.weight"]);
        Assert.Equal([Classes, 16], names["head.weight"]);
    }

    [Fact]
    public void Counts_OfASmallNetwork_AreTheSumsByHand()
    {
        var network = new ResidualNetwork(Settings, Classes);

        // weights + gain and bias of each channel: stem; level 0 with its shortcut; level 1 with its shortcut; head
        Assert.Equal((216 + 16) + ((4 * 576) + 64 + (5 * 16)) + (1152 + (3 * 2304) + 128 + (5 * 32)) + 51, network.Layout.ParameterCount);
        Assert.Equal(network.Layout.ParameterCount, Settings.ParameterCount(Classes));
        Assert.Equal((216 * 256) + (((4 * 576) + 64) * 64) + ((1152 + (3 * 2304) + 128) * 16) + (16 * Classes), network.MultiplyAdds);
    }

    [Fact]
    public void Served_HasTheSizeThatItsDecisionStates()
    {
        var network = Networks.Create(RecipeCatalog.Served.Model, classes: 8);

        Assert.Equal(1_085_416, network.Layout.ParameterCount);
        Assert.Equal(93.4e6, network.MultiplyAdds, 0.05e6);
    }

    [Fact]
    public void FoldedWeight_HasMeanZeroAndTheVarianceOfItsFanIn()
    {
        using var scope = NewDisposeScope();
        var network = new ResidualNetwork(Settings, Classes);
        using var parameters = ParameterSet.Initialised(network.Layout, 4);

        var weight = network.Blocks[0].First.FoldedWeight(parameters);

        Assert.Equal(0, weight.mean([1, 2, 3]).abs().max().item<float>(), 1e-6);
        // relu's gain is sqrt(2 / (1 - 1/pi)) = 1.7139, fan-in 8 x 9
        Assert.Equal(1.7139 * 1.7139 / 72, weight.Squared().mean().item<float>(), 1e-4);
    }

    [Fact]
    public void Forward_Untrained_PassesEveryBlockByAndKeepsTheScale()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = new ResidualNetwork(Settings, Classes);
        using var parameters = ParameterSet.Initialised(network.Layout, 4);
        var x = nn.functional.relu(randn([4, 8, 8, 8], generator: new Generator(1)));

        var passed = network.Blocks[1].Forward(parameters, x); // its second convolution starts at zero

        Assert.Equal(x.data<float>().ToArray(), passed.data<float>().ToArray());
    }

    /// <summary>The expected logits were made by Golden/resnet.py, which computes the same with Python's floats alone.</summary>
    [Fact]
    public void Forward_OfGivenWeights_EqualsThePlainComputation()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = new ResidualNetwork(
            new ModelSettings
            {
                Kind = ModelKind.ResNet,
                ImageSize = 4,
                ResNet = new ResNetSettings
                {
                    Width = 2,
                    Levels = 2,
                    Blocks = 1,
                },
            },
            Classes
        );
        using var parameters = ParameterSet.Zeros(network.Layout, ScalarType.Float64, CPU, withGradients: false);
        var counted = 0;
        foreach (var (_, values) in NamedWeights.Of(parameters))
        {
            double[] sines = [.. Enumerable.Range(counted, (int)values.numel()).Select(n => Math.Sin(n))];
            values.copy_(tensor(sines, values.shape));
            counted += sines.Length;
        }

        double[] cosines = [.. Enumerable.Range(0, 48).Select(n => Math.Cos(n))];
        var pixels = tensor(cosines, [1, 3, 4, 4]);
        var logits = network.Forward(parameters, pixels).data<float>().ToArray();

        Assert.Equal([-3.5406226f, -0.49408596f, 1.8305867f], logits, (expected, actual) => Math.Abs(expected - actual) < 1e-5);
    }

    [Fact]
    public void Forward_OfAPicture_DoesNotDependOnTheBatchItComesIn()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = new ResidualNetwork(Settings, Classes);
        using var parameters = Moved(network);
        var pictures = randn([5, 3, 16, 16], generator: new Generator(2));

        var together = network.Forward(parameters, pictures);
        var alone = network.Forward(parameters, pictures.narrow(0, 3, 1));

        Assert.True(together.max().item<float>() - together.min().item<float>() > 0.1);
        Assert.True(together.narrow(0, 3, 1).allclose(alone, rtol: 0, atol: 1e-5));
    }

    [Fact]
    public void Forward_OfAnotherSize_NamesTheShape()
    {
        using var scope = NewDisposeScope();
        var network = new ResidualNetwork(Settings, Classes);
        using var parameters = ParameterSet.Initialised(network.Layout, 4);

        var refused = Assert.Throws<ArgumentException>(() => network.Forward(parameters, zeros(1, 3, 15, 16)));

        Assert.Equal("expected pictures [N, 3, 16, 16], got [1, 3, 15, 16]", refused.Message);
    }

    [Fact]
    public void Network_OfASideThatCannotBeHalved_IsRefused()
    {
        var refused = Assert.Throws<ArgumentException>(() => Networks.Create(Settings with { ImageSize = 18 }, Classes));

        Assert.Equal("image size 18 cannot be halved 2 times", refused.Message);
    }

    /// <summary>Weights as training leaves them: no bias and no gain is zero, so that a forgotten term shows.</summary>
    private static ParameterSet Moved(ClassifierNetwork network)
    {
        var parameters = ParameterSet.Initialised(network.Layout, 5);
        var generator = new Generator(9);
        foreach (var (_, values) in NamedWeights.Of(parameters).Where(pair => pair.Value.dim() == 1))
        {
            using var scope = NewDisposeScope();
            values.PlusInPlace(rand(values.shape, generator: generator), 1);
        }

        return parameters;
    }
}
