using SsFer.Learning.Models;

namespace SsFer.Learning.Onnx;

/// <summary>
/// The operators of <see cref="ResidualNetwork"/> in the same order. Standardised weights are folded: every convolution is a plain one
/// with a bias, before a ReLU or an addition, which ONNX Runtime runs as one operator.
/// </summary>
internal sealed class ResidualNetworkGraph(ResidualNetwork model, ParameterSet parameters, OnnxGraph graph, IGraphPrecision precision)
    : INetworkGraph
{
    public string Logits(string normalised, string output)
    {
        var x = Relu(Convolution(precision.Activation(normalised), model.Stem), "stem/relu"); // [N, W, S, S]
        foreach (var block in model.Blocks)
        {
            x = Block(x, block);
        }

        var pooled = graph.Node("GlobalAveragePool", "pooled", [x]); // [N, C, 1, 1]
        var feature = graph.Node("Flatten", "feature", [pooled]); // [N, C]
        return graph.Node("Gemm", output, [feature, Weight("head.weight"), Weight("head.bias")], OnnxAttribute.Of("transB", 1));
    }

    private string Block(string x, ResidualBlock block)
    {
        var key = block.First.Shape.Key;
        var inner = Convolution(Relu(Convolution(x, block.First), $"{key}/relu"), block.Second);
        return Relu(graph.Node("Add", $"{inner}/sum", [Around(x, block), precision.Activation(inner)]), $"{inner}/out");
    }

    private string Around(string x, ResidualBlock block)
    {
        if (block.Shortcut is not { } shortcut)
        {
            return x;
        }

        var pooled =
            block.Stride == 1
                ? x
                : precision.Activation(
                    graph.Node(
                        "AveragePool",
                        $"{shortcut.Shape.Key}/pool",
                        [x],
                        OnnxAttribute.Of("kernel_shape", [block.Stride, block.Stride]),
                        OnnxAttribute.Of("strides", [block.Stride, block.Stride])
                    )
                );
        return precision.Activation(Convolution(pooled, shortcut));
    }

    private string Convolution(string x, StandardisedConvolution convolution)
    {
        var shape = convolution.Shape;
        var pad = shape.Kernel / 2;
        return graph.Node(
            "Conv",
            shape.Key,
            precision.Operands(x, convolution, parameters),
            OnnxAttribute.Of("kernel_shape", [shape.Kernel, shape.Kernel]),
            OnnxAttribute.Of("strides", [shape.Stride, shape.Stride]),
            OnnxAttribute.Of("pads", [pad, pad, pad, pad])
        );
    }

    private string Relu(string x, string output) => precision.Activation(graph.Node("Relu", output, [x]));

    private string Weight(string key) => graph.Parameter(parameters, key);
}
