using System.Globalization;
using SsFer.Learning.Models;
using SsFer.Learning.Models.Baselines;
using SsFer.Recipes.Baselines;

namespace SsFer.Learning.Onnx;

/// <summary>
/// The operators of <see cref="BaselineNetwork"/> in the same order; batch normalisation is folded into the convolutions.
/// </summary>
internal sealed class BaselineNetworkGraph(BaselineNetwork model, ParameterSet parameters, OnnxGraph graph) : INetworkGraph
{
    private const float SixthPart = 1f / 6;

    /// <summary>Sums have no key of their own.</summary>
    private int _sums;

    public string Logits(string normalised, string output)
    {
        var shape = model.Shape;
        var reduced = All(shape.Reduction, All(shape.Map, normalised));
        var row = graph.Node("Flatten", "pooled", [Pooled(reduced, shape)]); // [N, C · cells²]
        return Linear(All(shape.Dense, row), "head", output);
    }

    private string All(IEnumerable<BaselineLayer> layers, string x) => layers.Aggregate(x, (input, layer) => Layer(layer, input));

    private string Layer(BaselineLayer layer, string x) =>
        layer switch
        {
            ConvolutionLayer convolution => Convolution(convolution, x),
            MaxPoolLayer pool => graph.Node(
                "MaxPool",
                pool.Name,
                [x],
                OnnxAttribute.Of("kernel_shape", [pool.Kernel, pool.Kernel]),
                OnnxAttribute.Of("strides", [pool.Stride, pool.Stride]),
                OnnxAttribute.Of("pads", [pool.Padding, pool.Padding, pool.Padding, pool.Padding])
            ),
            ResidualLayer residual => Residual(residual, x),
            SqueezeLayer squeeze => Squeeze(squeeze, x),
            DenseLayer dense => Then(dense.Then, Linear(x, dense.Key, dense.Key)),
            _ => throw new NotSupportedException($"no ONNX operators are known of a {layer.GetType().Name}"),
        };

    private string Convolution(ConvolutionLayer layer, string x)
    {
        var shape = layer.Shape;
        var pad = shape.Kernel / 2;
        var convolution = new FoldedConvolution(layer, parameters);
        var plain = graph.Node(
            "Conv",
            shape.Key,
            [
                x,
                graph.Constant($"{shape.Key}.weight", shape.WeightSides, convolution.Weight),
                graph.Constant($"{shape.Key}.bias", [shape.Outputs], convolution.Bias),
            ],
            OnnxAttribute.Of("kernel_shape", [shape.Kernel, shape.Kernel]),
            OnnxAttribute.Of("strides", [shape.Stride, shape.Stride]),
            OnnxAttribute.Of("pads", [pad, pad, pad, pad]),
            OnnxAttribute.Of("group", shape.Groups)
        );
        return Then(layer.Then, plain);
    }

    private string Residual(ResidualLayer layer, string x)
    {
        var around = layer.Around is null ? x : Convolution(layer.Around, x);
        var name = $"sum.{(_sums++).ToString(CultureInfo.InvariantCulture)}";
        return Then(layer.Then, graph.Node("Add", name, [around, All(layer.Inside, x)]));
    }

    private string Squeeze(SqueezeLayer layer, string x)
    {
        var means = graph.Node("GlobalAveragePool", $"{layer.Key}.means", [x]);
        return graph.Node("Mul", layer.Key, [x, Convolution(layer.Expand, Convolution(layer.Reduce, means))]);
    }

    private string Pooled(string map, BaselineShape shape)
    {
        var (side, cells) = (shape.ReducedSide, shape.PooledSide);
        if (cells == 1)
        {
            return graph.Node("GlobalAveragePool", "means", [map]);
        }

        if (cells == side)
        {
            return map;
        }

        var weights = GridPooling.Weights(side, cells);
        var rows = graph.Constant("cells", weights, cells, side);
        var columns = graph.Node("Transpose", "cells.transposed", [rows], OnnxAttribute.Of("perm", [1, 0]));
        return graph.Node("MatMul", "means", [graph.Node("MatMul", "means.rows", [rows, map]), columns]);
    }

    private string Linear(string x, string key, string output) =>
        graph.Node(
            "Gemm",
            output,
            [x, graph.Parameter(parameters, $"{key}.weight"), graph.Parameter(parameters, $"{key}.bias")],
            OnnxAttribute.Of("transB", 1)
        );

    private string Then(NonLinearity kind, string x) =>
        kind switch
        {
            NonLinearity.None => x,
            NonLinearity.Relu => graph.Node("Relu", $"{x}/relu", [x]),
            NonLinearity.Relu6 => graph.Node("Clip", $"{x}/relu6", [x, graph.Constant("zero", [0f]), graph.Constant("six", [6f])]),
            NonLinearity.HardSwish => graph.Node("HardSwish", $"{x}/hardswish", [x]),
            NonLinearity.HardSigmoid => graph.Node(
                "HardSigmoid",
                $"{x}/hardsigmoid",
                [x],
                OnnxAttribute.Of("alpha", SixthPart),
                OnnxAttribute.Of("beta", 0.5f)
            ),
            _ => throw new NotSupportedException($"no ONNX operator is known of the non-linearity {kind}"),
        };
}
