using SsFer.Learning.Tensors;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Models.Baselines;

/// <summary>The plain convolution that computes what a layer and its normalisation by running statistics do.</summary>
internal sealed class FoldedConvolution(ConvolutionLayer layer, ParameterSet parameters)
{
    /// <summary>[out, in / groups, k, k].</summary>
    public Tensor Weight()
    {
        var weight = parameters.Find($"{layer.Shape.Key}.weight");
        return layer.Norm is { } norm ? weight * Scale(norm).view(-1, 1, 1, 1) : weight.alias();
    }

    /// <summary>[out].</summary>
    public Tensor Bias() =>
        layer.Norm is { } norm
            ? parameters.Find($"{norm.Key}.bias") - (parameters.Find($"{norm.Key}.running_mean") * Scale(norm))
            : parameters.Find($"{layer.Shape.Key}.bias").alias();

    private Tensor Scale(BatchNormShape norm) =>
        parameters.Find($"{norm.Key}.weight") * parameters.Find($"{norm.Key}.running_var").Plus(norm.Rule.Epsilon).rsqrt();
}
