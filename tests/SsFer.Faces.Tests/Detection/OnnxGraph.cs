using System.Buffers.Binary;
using System.Text;

namespace SsFer.Faces.Tests.Detection;

/// <summary>
/// An ONNX file whose one output is always the same, whatever it is shown: protocol buffers by hand (field numbers from onnx.proto3,
/// IR version 8, opset 13).
/// </summary>
internal static class OnnxGraph
{
    private const int Float = 1;
    private const int TensorAttribute = 4;

    public static byte[] Constant(int[] inputShape, int[] outputShape, float[] output)
    {
        var raw = new byte[output.Length * 4];
        for (var i = 0; i < output.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * 4), output[i]);
        }

        byte[] tensor = [.. outputShape.SelectMany(length => Number(1, length)), .. Number(2, Float), .. Field(9, raw)];
        byte[] value = [.. Text(1, "value"), .. Field(5, tensor), .. Number(20, TensorAttribute)];
        byte[] node = [.. Text(2, "output"), .. Text(4, "Constant"), .. Field(5, value)];
        byte[] graph =
        [
            .. Field(1, node),
            .. Text(2, "constant"),
            .. Field(11, Named("images", inputShape)),
            .. Field(12, Named("output", outputShape)),
        ];
        return [.. Number(1, 8), .. Field(7, graph), .. Field(8, Number(2, 13))];
    }

    /// <summary>A dimension below one is left free.</summary>
    private static byte[] Named(string name, int[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(length => Field(1, length > 0 ? Number(1, length) : Text(2, "free")))];
        return [.. Text(1, name), .. Field(2, Field(1, [.. Number(1, Float), .. Field(2, dimensions)]))];
    }

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static List<byte> Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value & 0x7F | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }
}
