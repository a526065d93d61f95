using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Optimisation;

/// <summary>
/// PyTorch's clip_grad_norm_: g · min(1, max / (norm + 1e-6)), the norm over all parameters. Here a weight has gradient 3, a bias 4,
/// so the norm is 5.
/// </summary>
public sealed class GradientClipTests
{
    [Theory]
    [InlineData(1, ScalarType.Float32, 0.6, 0.8)]
    [InlineData(1, ScalarType.BFloat16, 0.6, 0.8)]
    [InlineData(2.5, ScalarType.Float32, 1.5, 2)]
    public void Step_GradientLongerThanTheLimit_IsShortenedToIt(double limit, ScalarType type, double weight, double bias)
    {
        var clipped = Moments(limit, type);

        var factor = 5 / (5 + 1e-6);
        Assert.Equal(0.1 * weight * factor, clipped[0], 1e-7);
        Assert.Equal(0.1 * bias * factor, clipped[1], 1e-7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5.1)]
    [InlineData(100)]
    public void Step_GradientWithinTheLimit_IsLeftToTheBit(double limit) =>
        Assert.Equal([0.1f * 3, 0.1f * 4], Moments(limit, ScalarType.Float32));

    /// <summary>First moments after one step: 1 - beta1 = 0.1 of the gradient.</summary>
    private static float[] Moments(double limit, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout();
        var weight = layout.Add("weight", [1, 1], Initialisation.Zeros);
        var bias = layout.Add("bias", [1], Initialisation.Zeros);
        layout.Seal();
        using var initial = ParameterSet.Initialised(layout, 0);
        using var parameters = new TrainableParameters(initial, type, CPU);
        using var optimiser = new AdamW(new OptimiserSettings { GradientClip = limit }, parameters);
        parameters.Compute[weight].grad!.copy_(tensor(3f));
        parameters.Compute[bias].grad!.copy_(tensor(4f));
        optimiser.Step(parameters, 1, 0.1);
        return [optimiser.FirstMoment[layout.OffsetOf(weight)].item<float>(), optimiser.FirstMoment[layout.OffsetOf(bias)].item<float>()];
    }
}
