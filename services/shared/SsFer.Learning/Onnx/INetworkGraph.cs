using SsFer.Learning.Models;
using SsFer.Learning.Models.Baselines;

namespace SsFer.Learning.Onnx;

/// <summary>Writes the operators of one kind of network into a graph.</summary>
internal interface INetworkGraph
{
    /// <summary>Adds the network.</summary>
    /// <param name="normalised">Name of normalised pictures, [N, 3, S, S].</param>
    /// <param name="output">Name of what is added: logits, [N, classes].</param>
    /// <returns><paramref name="output"/>.</returns>
    string Logits(string normalised, string output);
}

/// <summary>Which operators a network is written with.</summary>
internal static class NetworkGraphs
{
    public static INetworkGraph Of(ClassifierNetwork model, ParameterSet parameters, OnnxGraph graph, IGraphPrecision precision) =>
        model switch
        {
            VisionTransformer transformer => new VisionTransformerGraph(transformer, parameters, graph),
            BaselineNetwork baseline => new BaselineNetworkGraph(baseline, parameters, graph),
            ResidualNetwork residual => new ResidualNetworkGraph(residual, parameters, graph, precision),
            _ => throw new NotSupportedException($"no ONNX operators are known of a {model.GetType().Name}"),
        };
}
