using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Models.Baselines;

/// <summary>
/// A convolution, batch normalisation or a bias, and what follows. Keys: weight [out, in / groups, k, k], and bias [out] where nothing
/// normalises; those of <see cref="BatchNorm"/>.
/// </summary>
internal sealed class BaselineConvolution : IBlock
{
    private readonly ConvolutionLayer _layer;
    private readonly ParameterSlot _weight;
    private readonly ParameterSlot? _bias;
    private readonly BatchNorm? _norm;

    public BaselineConvolution(ParameterLayout layout, ConvolutionLayer layer)
    {
        _layer = layer;
        var shape = layer.Shape;
        var fanOut = (double)shape.Outputs * shape.Kernel * shape.Kernel;
        _weight = layout.Add(
            $"{shape.Key}.weight",
            [.. shape.WeightSides],
            Initialisation.Normal(Math.Sqrt(2 / fanOut)) // He et al. 2015, for the backward pass
        );
        if (layer.Norm is null)
        {
            _bias = layout.Add($"{shape.Key}.bias", [shape.Outputs], Initialisation.Zeros);
        }
        else
        {
            _norm = new BatchNorm(layout, layer.Norm, shape.Outputs);
        }
    }

    /// <returns>[N, out, S, S] of [N, in, S · stride, S · stride], or a little less.</returns>
    public Tensor Forward(ParameterSet parameters, Tensor x)
    {
        using var scope = NewDisposeScope();
        var bias = _bias is { } slot ? parameters[slot] : null;
        var y = Convolutions.Forward(x, _layer.Shape, parameters[_weight], bias);
        return _layer.Then.Apply(_norm?.Forward(parameters, y) ?? y).MoveToOuterDisposeScope();
    }
}
