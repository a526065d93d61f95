using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Convolution with scaled weight standardisation (Brock et al. 2021, arXiv:2101.08692, eq. 4): each output channel's weights are
/// brought to mean 0 and variance 1 / fan-in, then scaled by a gain. It keeps the scale of the activations as batch normalisation
/// does, but depends on the weights alone: nothing to remember, and no picture sees another one of its batch. Keys: weight [out, in,
/// k, k], gain [out], bias [out].
/// </summary>
internal sealed class StandardisedConvolution
{
    /// <summary>ReLU leaves this share's inverse of a standard normal's deviation: sqrt(2 / (1 - 1/pi)) (the same, section 4.1).</summary>
    private static readonly double ReluGain = Math.Sqrt(2 / (1 - (1 / Math.PI)));

    private const double Epsilon = 1e-4;

    private readonly ConvolutionShape _shape;
    private readonly double _scale;
    private readonly ParameterSlot _weight;
    private readonly ParameterSlot _gain;
    private readonly ParameterSlot _bias;

    /// <param name="layout">Receives the parameters.</param>
    /// <param name="shape">Of the convolution.</param>
    /// <param name="afterRelu">Whether its input comes out of a ReLU.</param>
    /// <param name="gain">How the gain starts: at zeros where a block is to start as the identity.</param>
    public StandardisedConvolution(ParameterLayout layout, ConvolutionShape shape, bool afterRelu, Initialisation gain)
    {
        _shape = shape;
        _scale = afterRelu ? ReluGain : 1;
        var fanIn = (long)shape.Inputs * shape.Kernel * shape.Kernel;
        _weight = layout.Add(
            $"{shape.Key}.weight",
            [shape.Outputs, shape.Inputs, shape.Kernel, shape.Kernel],
            Initialisation.Normal(Math.Sqrt(1.0 / fanIn))
        );
        _gain = layout.Add($"{shape.Key}.gain", [shape.Outputs], gain);
        _bias = layout.Add($"{shape.Key}.bias", [shape.Outputs], Initialisation.Zeros);
    }

    public ConvolutionShape Shape => _shape;

    /// <param name="parameters">Weights.</param>
    /// <param name="x">[N, in, S, S].</param>
    /// <returns>[N, out, S / stride, S / stride].</returns>
    public Tensor Forward(ParameterSet parameters, Tensor x) =>
        Convolutions.Forward(x, _shape, FoldedWeight(parameters), FoldedBias(parameters));

    /// <summary>Weights of the plain convolution that computes the same, [out, in, k, k].</summary>
    public Tensor FoldedWeight(ParameterSet parameters)
    {
        using var scope = NewDisposeScope();
        var weight = parameters[_weight];
        var type = weight.dtype;
        weight = weight.AtLeastSingle(); // eight bits are too few for a variance
        var fanIn = (double)_shape.Inputs * _shape.Kernel * _shape.Kernel;
        var centred = weight.Plus(weight.mean([1, 2, 3], keepdim: true).neg());
        var variance = centred.Squared().mean([1, 2, 3], keepdim: true); // [out, 1, 1, 1]
        var factor = variance.Times(fanIn).Plus(Epsilon).rsqrt().Times(_scale) * parameters[_gain].to(weight.dtype).view(-1, 1, 1, 1);
        return (centred * factor).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>Bias of the plain convolution that computes the same, [out].</summary>
    public Tensor FoldedBias(ParameterSet parameters) => parameters[_bias];
}
