using SsFer.Learning.Tensors;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Models.Baselines;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015, algorithms 1 and 2), as PyTorch has it: the running variance is that of a sample, over
/// n - 1. Training reads its batch's statistics in fp32; a teacher in bf16 reads the running ones rounded to it. Keys: weight, bias,
/// running_mean, running_var, each [C]; the last two are not trained.
/// </summary>
internal sealed class BatchNorm(ParameterLayout layout, BatchNormShape shape, int channels)
{
    private readonly ParameterSlot _weight = layout.Add($"{shape.Key}.weight", [channels], Initialisation.Ones);
    private readonly ParameterSlot _bias = layout.Add($"{shape.Key}.bias", [channels], Initialisation.Zeros);
    private readonly ParameterSlot _mean = layout.Add($"{shape.Key}.running_mean", [channels], Initialisation.Zeros, trainable: false);
    private readonly ParameterSlot _variance = layout.Add($"{shape.Key}.running_var", [channels], Initialisation.Ones, trainable: false);

    /// <param name="parameters">Weights; with <see cref="ParameterSet.Statistics"/> the batch's own mean and variance are taken.</param>
    /// <param name="x">[N, C, S, S].</param>
    /// <returns>The same shape and type.</returns>
    public Tensor Forward(ParameterSet parameters, Tensor x)
    {
        Tensor weight = parameters[_weight].AtLeastSingle(),
            bias = parameters[_bias].AtLeastSingle();
        var rule = shape.Rule;
        return parameters.Statistics is { } statistics
            ? nn.functional.batch_norm(
                x,
                statistics.Find(_mean)!,
                statistics.Find(_variance)!,
                weight,
                bias,
                training: true,
                rule.Momentum,
                rule.Epsilon
            )
            : nn.functional.batch_norm(
                x,
                parameters[_mean].AtLeastSingle(),
                parameters[_variance].AtLeastSingle(),
                weight,
                bias,
                training: false,
                rule.Momentum,
                rule.Epsilon
            );
    }
}
