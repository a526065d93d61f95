using SsFer.Learning.Models;
using static TorchSharp.torch;

namespace SsFer.Learning.Onnx;

/// <summary>
/// int8 as ONNX Runtime wants it (QDQ): activations are 8-bit numbers on a scale of the whole tensor, weights on one of each output
/// channel, sums in 32 bits. Scales stand in the file, so that no answer depends on what else is in its batch.
/// </summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="ranges">Of every activation.</param>
internal sealed class Int8Precision(OnnxGraph graph, ActivationRanges ranges) : IGraphPrecision
{
    private const int LargestWeight = 127;
    private const int LargestSum = int.MaxValue / 2;

    private readonly Dictionary<string, float> _scales = new(StringComparer.Ordinal);

    public string Activation(string value)
    {
        var (scale, zero) = ranges.Of(value);
        var name = $"{value}/scale";
        string[] grid = [graph.Constant(name, [scale]), graph.Constant($"{value}/zero", zero)];
        var rounded = graph.Node("QuantizeLinear", $"{value}/int8", [value, .. grid]);
        var read = graph.Node("DequantizeLinear", $"{value}/rounded", [rounded, .. grid]);
        _scales[read] = scale;
        return read;
    }

    public string[] Operands(string input, StandardisedConvolution convolution, ParameterSet parameters)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (key, outputs) = (convolution.Shape.Key, convolution.Shape.Outputs);
        var weight = convolution.FoldedWeight(parameters).contiguous().data<float>().ToArray(); // [outputs, inputs, k, k]
        var bias = convolution.FoldedBias(parameters).contiguous().data<float>().ToArray(); // [outputs]
        var channel = weight.Length / outputs;
        var scales = Array.ConvertAll(weight.Chunk(channel).ToArray(), ScaleOf);
        var sums = Array.ConvertAll(scales, scale => scale * _scales[input]);
        var steps = weight.Select((value, at) => (sbyte)MathF.Round(value / scales[at / channel])).ToArray();
        var shifts = bias.Zip(sums, (value, scale) => (int)Math.Clamp(Math.Round(value / (double)scale), -LargestSum, LargestSum))
            .ToArray();
        return
        [
            input,
            Dequantised(graph.Constant($"{key}.weight", convolution.Shape.WeightSides, steps), $"{key}.weight", scales),
            Dequantised(graph.Constant($"{key}.bias", shifts), $"{key}.bias", sums),
        ];
    }

    /// <summary>The step between neighbouring numbers of a channel; of one without weights any will do.</summary>
    private static float ScaleOf(float[] channel) => channel.Max(MathF.Abs) is > 0 and var largest ? largest / LargestWeight : 1;

    /// <summary>With a scale for each output channel.</summary>
    private string Dequantised(string constant, string key, float[] scales) =>
        graph.Node(
            "DequantizeLinear",
            $"{key}/real",
            [constant, graph.Constant($"{key}/scale", scales, scales.Length)],
            OnnxAttribute.Of("axis", 0)
        );
}
