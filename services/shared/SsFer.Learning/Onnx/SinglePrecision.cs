using SsFer.Learning.Models;

namespace SsFer.Learning.Onnx;

/// <summary>fp32 throughout.</summary>
internal class SinglePrecision(OnnxGraph graph) : IGraphPrecision
{
    public virtual string Activation(string value) => value;

    public string[] Operands(string input, StandardisedConvolution convolution, ParameterSet parameters)
    {
        var shape = convolution.Shape;
        return
        [
            input,
            graph.Constant($"{shape.Key}.weight", shape.WeightSides, () => convolution.FoldedWeight(parameters)),
            graph.Constant($"{shape.Key}.bias", [shape.Outputs], () => convolution.FoldedBias(parameters).alias()),
        ];
    }
}

/// <summary>fp32, and every activation is an output as well, so that its range can be measured.</summary>
internal sealed class WatchedPrecision(OnnxGraph graph) : SinglePrecision(graph)
{
    private readonly OnnxGraph _graph = graph;

    public override string Activation(string value)
    {
        _graph.Watch(value);
        return value;
    }
}
