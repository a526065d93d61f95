using Google.Protobuf;
using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Onnx;

/// <summary>
/// A trained classifier as an ONNX file (opset 20): input <c>pixels</c>, float [batch, 3, S, S], red, green, blue in [0, 1];
/// outputs <c>logits</c> and <c>probabilities</c>, float [batch, classes]. Any batch; the normalisation is part of the graph.
/// </summary>
public static class OnnxClassifier
{
    public const string Pixels = "pixels";

    public const string Logits = "logits";

    public const string Probabilities = "probabilities";

    /// <summary>One value a class.</summary>
    private const string ClassBias = "head.bias";

    /// <summary>Weights without a head are held against a model of so many, to say what they lack.</summary>
    private const int FewestClasses = 2;

    /// <param name="stream">Receives the file; stays open.</param>
    /// <param name="settings">Architecture.</param>
    /// <param name="normalisation">Of the pictures it was trained on.</param>
    /// <param name="weights">All parameters under timm's keys.</param>
    /// <param name="name">Names the model in the file and in errors.</param>
    /// <param name="metadata">Kept in the file as <c>metadata_props</c>.</param>
    /// <exception cref="WeightsException">A parameter is missing or of another shape, or the file would be over the 2 GiB an ONNX file
    /// may have.</exception>
    public static void Write(
        Stream stream,
        ModelSettings settings,
        Normalisation normalisation,
        IReadOnlyDictionary<string, Tensor> weights,
        string name,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        ArgumentNullException.ThrowIfNull(weights);
        var classes = weights.TryGetValue(ClassBias, out var bias) ? (int)bias.numel() : FewestClasses;
        var model = Networks.Create(settings, classes);
        using var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: false);
        var report = NamedWeights.Load(parameters, weights, name);
        if (report.Missing.Count > 0)
        {
            throw new WeightsException($"{name} is no classifier: it lacks {string.Join(", ", report.Missing)}");
        }

        var file = Model(model, parameters, normalisation, name, metadata);
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        file.WriteTo(output);
    }

    private static ProtobufMessage Model(
        ClassifierNetwork model,
        ParameterSet parameters,
        Normalisation normalisation,
        string name,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        try
        {
            var graph = new OnnxGraph(name);
            var pixels = graph.Input(Pixels, 3, model.Options.ImageSize, model.Options.ImageSize);
            var logits = NetworkGraphs.Of(model, parameters, graph).Logits(Normalised(graph, pixels, normalisation), Logits);
            graph.Node("Softmax", Probabilities, [logits], OnnxAttribute.Of("axis", -1));
            graph.Output(Logits, model.Classes);
            graph.Output(Probabilities, model.Classes);
            return graph.ToModel(metadata);
        }
        catch (OverflowException fault)
        {
            throw new WeightsException(
                $"{name} has {model.Layout.ParameterCount} parameters, more than fit into the 2 GiB of an ONNX file: export its "
                    + $"weights as safetensors instead",
                fault
            );
        }
    }

    private static string Normalised(OnnxGraph graph, string pixels, Normalisation normalisation)
    {
        var mean = graph.Constant("mean", [.. normalisation.Mean.Select(value => (float)value)], 1, 3, 1, 1);
        var std = graph.Constant("std", [.. normalisation.Std.Select(value => (float)value)], 1, 3, 1, 1);
        return graph.Node("Div", "normalised", [graph.Node("Sub", "centred", [pixels, mean]), std]);
    }
}
