using Google.Protobuf;
using SsFer.Learning.Metrics;
using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Onnx;

/// <summary>
/// A trained classifier as an ONNX file (opset 20): input <c>pixels</c>, float [batch, 3, S, S], red, green, blue in [0, 1];
/// outputs <c>logits</c>, as trained, and <c>probabilities</c>, calibrated, float [batch, classes]. Any batch; normalisation and
/// temperature are part of the graph.
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

    /// <summary>In fp32.</summary>
    /// <param name="stream">Receives the file; stays open.</param>
    /// <param name="source">The classifier.</param>
    /// <param name="metadata">Kept in the file as <c>metadata_props</c>.</param>
    /// <exception cref="WeightsException">A parameter is missing or of another shape, or the file would be over the 2 GiB an ONNX file
    /// may have.</exception>
    public static void Write(Stream stream, OnnxSource source, IReadOnlyDictionary<string, string> metadata) =>
        Write(stream, source, metadata, graph => new SinglePrecision(graph));

    /// <summary>In fp32, with every activation as an output: what <see cref="WriteInt8"/> needs is measured on it.</summary>
    /// <inheritdoc cref="Write(Stream, OnnxSource, IReadOnlyDictionary{string, string})"/>
    public static void WriteWatched(Stream stream, OnnxSource source) =>
        Write(stream, source, new Dictionary<string, string>(), graph => new WatchedPrecision(graph));

    /// <summary>With convolutions in int8.</summary>
    /// <param name="stream">Receives the file; stays open.</param>
    /// <param name="source">The classifier.</param>
    /// <param name="ranges">Of its activations on faces like those it will see.</param>
    /// <param name="metadata">Kept in the file as <c>metadata_props</c>.</param>
    /// <exception cref="WeightsException">As of fp32, or the classifier has no convolutions to speak of.</exception>
    public static void WriteInt8(Stream stream, OnnxSource source, ActivationRanges ranges, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(source);
        RequireInt8(source.Model, source.Name);
        Write(stream, source, metadata, graph => new Int8Precision(graph, ranges));
    }

    /// <exception cref="WeightsException">A model of this kind is not written in int8.</exception>
    public static void RequireInt8(ModelSettings settings, string name)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Kind != ModelKind.ResNet)
        {
            throw new WeightsException(
                $"{name} is a {settings.NetworkName}, and int8 is written of the compact ResNet alone: serve it in fp32"
            );
        }
    }

    private static void Write(
        Stream stream,
        OnnxSource source,
        IReadOnlyDictionary<string, string> metadata,
        Func<OnnxGraph, IGraphPrecision> precisionOf
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        var classes = source.Weights.TryGetValue(ClassBias, out var bias) ? (int)bias.numel() : FewestClasses;
        var model = Networks.Create(source.Model, classes);
        using var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: false);
        var report = NamedWeights.Load(parameters, source.Weights, source.Name);
        if (report.Missing.Count > 0)
        {
            throw new WeightsException($"{source.Name} is no classifier: it lacks {string.Join(", ", report.Missing)}");
        }

        try
        {
            var graph = new OnnxGraph(source.Name);
            Add(model, parameters, source, graph, precisionOf(graph));
            var file = graph.ToModel(metadata);
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            file.WriteTo(output);
        }
        catch (OverflowException fault)
        {
            throw new WeightsException(
                $"{source.Name} has {model.Layout.ParameterCount} parameters, more than fit into the 2 GiB of an ONNX file: export its "
                    + $"weights as safetensors instead",
                fault
            );
        }
    }

    private static void Add(ClassifierNetwork model, ParameterSet parameters, OnnxSource source, OnnxGraph graph, IGraphPrecision precision)
    {
        var pixels = graph.Input(Pixels, 3, model.Options.ImageSize, model.Options.ImageSize);
        var network = NetworkGraphs.Of(model, parameters, graph, precision);
        var logits = network.Logits(Normalised(graph, pixels, source.Normalisation), Logits);
        graph.Node("Softmax", Probabilities, [Calibrated(graph, logits, source.Temperature)], OnnxAttribute.Of("axis", -1));
        graph.Output(Logits, model.Classes);
        graph.Output(Probabilities, model.Classes);
    }

    private static string Calibrated(OnnxGraph graph, string logits, double temperature) =>
        temperature == 1 ? logits : graph.Node("Div", "calibrated", [logits, graph.Constant("temperature", [(float)temperature])]);

    private static string Normalised(OnnxGraph graph, string pixels, Normalisation normalisation)
    {
        var mean = graph.Constant("mean", [.. normalisation.Mean.Select(value => (float)value)], 1, 3, 1, 1);
        var std = graph.Constant("std", [.. normalisation.Std.Select(value => (float)value)], 1, 3, 1, 1);
        return graph.Node("Div", "normalised", [graph.Node("Sub", "centred", [pixels, mean]), std]);
    }
}

/// <summary>A trained classifier, as it is written into a file.</summary>
/// <param name="Model">Architecture.</param>
/// <param name="Normalisation">Of the pictures it was trained on.</param>
/// <param name="Weights">All parameters under timm's keys.</param>
/// <param name="Name">Names the model in the file and in errors.</param>
/// <param name="Temperature">The logits are divided by it before they become probabilities (<see cref="TemperatureScaling"/>).</param>
public sealed record OnnxSource(
    ModelSettings Model,
    Normalisation Normalisation,
    IReadOnlyDictionary<string, Tensor> Weights,
    string Name,
    double Temperature = 1
);
