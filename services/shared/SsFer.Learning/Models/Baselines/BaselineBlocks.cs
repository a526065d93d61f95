using SsFer.Learning.Tensors;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Models.Baselines;

/// <summary>Makes the layers of a baseline network of their shapes.</summary>
internal static class BaselineBlocks
{
    public static IBlock Create(ParameterLayout layout, BaselineLayer layer) =>
        layer switch
        {
            ConvolutionLayer convolution => new BaselineConvolution(layout, convolution),
            MaxPoolLayer pool => new MaxPool(pool),
            ResidualLayer residual => new Residual(layout, residual),
            SqueezeLayer squeeze => new SqueezeExcitation(layout, squeeze),
            DenseLayer dense => new Dense(layout, dense),
            _ => throw new NotSupportedException($"no block is known of a {layer.GetType().Name}"),
        };

    public static Tensor Forward(this IEnumerable<IBlock> blocks, ParameterSet parameters, Tensor x) =>
        blocks.Aggregate(x, (input, block) => block.Forward(parameters, input));

    public static Tensor Apply(this NonLinearity kind, Tensor x) =>
        kind switch
        {
            NonLinearity.None => x,
            NonLinearity.Relu => nn.functional.relu(x),
            NonLinearity.Relu6 => nn.functional.relu6(x),
            NonLinearity.HardSwish => nn.functional.hardswish(x),
            NonLinearity.HardSigmoid => nn.functional.hardsigmoid(x),
            _ => throw new NotSupportedException($"no function is known of the non-linearity {kind}"),
        };

    private sealed class MaxPool(MaxPoolLayer layer) : IBlock
    {
        public Tensor Forward(ParameterSet parameters, Tensor x) => nn.functional.max_pool2d(x, layer.Kernel, layer.Stride, layer.Padding);
    }

    private sealed class Residual(ParameterLayout layout, ResidualLayer layer) : IBlock
    {
        private readonly IBlock[] _inside = [.. layer.Inside.Select(inside => Create(layout, inside))];
        private readonly IBlock? _around = layer.Around is null ? null : Create(layout, layer.Around);

        public Tensor Forward(ParameterSet parameters, Tensor x)
        {
            using var scope = NewDisposeScope();
            var around = _around?.Forward(parameters, x) ?? x;
            return layer.Then.Apply(around.Plus(_inside.Forward(parameters, x))).MoveToOuterDisposeScope();
        }
    }

    private sealed class SqueezeExcitation(ParameterLayout layout, SqueezeLayer layer) : IBlock
    {
        private readonly BaselineConvolution _reduce = new(layout, layer.Reduce);
        private readonly BaselineConvolution _expand = new(layout, layer.Expand);

        public Tensor Forward(ParameterSet parameters, Tensor x)
        {
            using var scope = NewDisposeScope();
            var means = x.mean([2, 3], keepdim: true); // [N, C, 1, 1]
            return (x * _expand.Forward(parameters, _reduce.Forward(parameters, means))).MoveToOuterDisposeScope();
        }
    }

    private sealed class Dense(ParameterLayout layout, DenseLayer layer) : IBlock
    {
        /// <summary>Of torchvision's linear layers before the last.</summary>
        private const double Deviation = 0.01;

        private readonly Linear _linear = new(layout, layer.Key, layer.Inputs, layer.Outputs, Initialisation.Normal(Deviation));

        public Tensor Forward(ParameterSet parameters, Tensor x) => layer.Then.Apply(_linear.Forward(parameters, x));
    }
}
