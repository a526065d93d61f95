using System.Globalization;
using SsFer.Learning.Models;
using static TorchSharp.torch;

namespace SsFer.Learning.Onnx;

/// <summary>
/// An ONNX graph under construction (field numbers from onnx.proto3). Every method adds one thing and returns the name under which
/// later nodes find it.
/// </summary>
/// <param name="name">Of the graph.</param>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The first operator set with a Gelu of its own; later ones bring nothing that a ViT needs.</summary>
    private const int OperatorSet = 20;

    /// <summary>The version of the file format that belongs to the operator set (ONNX 1.15).</summary>
    private const int FormatVersion = 9;

    private const int Float = 1;
    private const int UInt8 = 2;
    private const int Int8 = 3;
    private const int Int32 = 6;
    private const int Int64 = 7;

    private readonly ProtobufMessage _nodes = new();
    private readonly ProtobufMessage _initialisers = new();
    private readonly ProtobufMessage _ends = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A float input [batch, sides].</summary>
    public string Input(string input, params long[] sides) => End(11, input, sides);

    /// <summary>Makes a float value [batch, sides] an output.</summary>
    public void Output(string output, params long[] sides) => End(12, output, sides);

    /// <summary>Makes a float value of any shape an output as well.</summary>
    public void Watch(string value) =>
        _ends.Message(
            12,
            new ProtobufMessage().Text(1, value).Message(2, new ProtobufMessage().Message(1, new ProtobufMessage().Number(1, Float)))
        );

    /// <summary>Adds a node with one output, which also names the node.</summary>
    public string Node(string operation, string output, string[] inputs, params OnnxAttribute[] attributes)
    {
        Nodes(operation, output, [output], inputs, attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Nodes(string operation, string node, string[] outputs, string[] inputs, params OnnxAttribute[] attributes)
    {
        var message = new ProtobufMessage();
        foreach (var input in inputs)
        {
            message.Text(1, input);
        }

        foreach (var output in outputs)
        {
            message.Text(2, output);
        }

        message.Text(3, node).Text(4, operation);
        foreach (var attribute in attributes)
        {
            message.Message(5, attribute.Content);
        }

        _nodes.Message(1, message);
        return outputs;
    }

    /// <summary>
    /// A float constant, read from its tensor when the file is written; the tensor must live until then. The same key again is the
    /// same constant.
    /// </summary>
    /// <param name="key">Its name.</param>
    /// <param name="shape">Of the values that <paramref name="values"/> gives.</param>
    /// <param name="values">Makes a view of the values, in fp32.</param>
    public string Constant(string key, IEnumerable<long> shape, Func<Tensor> values)
    {
        long[] sides = [.. shape];
        var bytes = sides.Aggregate((long)sizeof(float), (product, side) => product * side);
        return Tensor(key, Float, sides, checked((int)bytes), () =>
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return values().cpu().contiguous().bytes.ToArray();
        });
    }

    /// <summary>A parameter as it is, under its own key.</summary>
    public string Parameter(ParameterSet parameters, string key)
    {
        var values = parameters.Find(key);
        return Constant(key, values.shape, () => values.alias());
    }

    /// <summary>A float constant of few values; without a shape a scalar.</summary>
    public string Constant(string key, float[] values, params long[] shape) =>
        Tensor(key, Float, shape, values.Length * sizeof(float), () => BytesOf(values, sizeof(float)));

    /// <summary>A constant of 8-bit integers.</summary>
    public string Constant(string key, IEnumerable<long> shape, sbyte[] values) =>
        Tensor(key, Int8, [.. shape], values.Length, () => BytesOf(values, sizeof(sbyte)));

    /// <summary>A list of 32-bit integers.</summary>
    public string Constant(string key, int[] values) =>
        Tensor(key, Int32, [values.Length], values.Length * sizeof(int), () => BytesOf(values, sizeof(int)));

    /// <summary>A scalar of 8 bits without a sign.</summary>
    public string Constant(string key, byte value) => Tensor(key, UInt8, [], sizeof(byte), () => [value]);

    /// <summary>A list of integers, such as a shape; equal lists are one constant.</summary>
    public string Shape(params long[] values) =>
        Tensor(
            $"shape({string.Join(",", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))})",
            Int64,
            [values.Length],
            values.Length * sizeof(long),
            () => BytesOf(values, sizeof(long))
        );

    /// <summary>The complete file.</summary>
    /// <param name="metadata">Free text, for whoever opens the file.</param>
    public ProtobufMessage ToModel(IReadOnlyDictionary<string, string> metadata)
    {
        var graph = new ProtobufMessage();
        graph.Append(_nodes).Text(2, name).Append(_initialisers).Append(_ends);
        var model = new ProtobufMessage()
            .Number(1, FormatVersion)
            .Text(2, "SsFer")
            .Message(7, graph)
            .Message(8, new ProtobufMessage().Text(1, "").Number(2, OperatorSet));
        foreach (var (key, value) in metadata)
        {
            model.Message(14, new ProtobufMessage().Text(1, key).Text(2, value));
        }

        return model;
    }

    private string Tensor(string key, int type, long[] shape, int length, Func<byte[]> content)
    {
        if (_known.Add(key))
        {
            _initialisers.Message(5, new ProtobufMessage().Numbers(1, shape).Number(2, type).Text(8, key).Bytes(9, length, content));
        }

        return key;
    }

    private string End(int field, string end, long[] sides)
    {
        var shape = new ProtobufMessage().Message(1, new ProtobufMessage().Text(2, "batch")); // free
        foreach (var side in sides)
        {
            shape.Message(1, new ProtobufMessage().Number(1, side));
        }

        var type = new ProtobufMessage().Message(1, new ProtobufMessage().Number(1, Float).Message(2, shape));
        _ends.Message(field, new ProtobufMessage().Text(1, end).Message(2, type));
        return end;
    }

    private static byte[] BytesOf(Array values, int width)
    {
        var bytes = new byte[values.Length * width];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}

/// <summary>A named setting of a node.</summary>
internal sealed class OnnxAttribute
{
    private const int IsReal = 1;
    private const int IsNumber = 2;
    private const int IsNumbers = 7;

    private OnnxAttribute(ProtobufMessage content, int type) => Content = content.Number(20, type);

    public ProtobufMessage Content { get; }

    public static OnnxAttribute Of(string name, long value) => new(new ProtobufMessage().Text(1, name).Number(3, value), IsNumber);

    public static OnnxAttribute Of(string name, float value) => new(new ProtobufMessage().Text(1, name).Real(2, value), IsReal);

    public static OnnxAttribute Of(string name, params long[] values) =>
        new(new ProtobufMessage().Text(1, name).Numbers(8, values), IsNumbers);
}
