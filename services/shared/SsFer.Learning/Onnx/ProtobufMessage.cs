using Google.Protobuf;

namespace SsFer.Learning.Onnx;

/// <summary>
/// A protocol-buffers message as a list of fields. Sizes are known before anything is written, and large contents are made only
/// when their turn comes, so that a model's weights are never in memory twice.
/// </summary>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    /// <summary>Encoded length in bytes.</summary>
    public long Length { get; private set; }

    public ProtobufMessage Number(int field, long value) =>
        Add(CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeInt64Size(value), output =>
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        });

    public ProtobufMessage Numbers(int field, IEnumerable<long> values) =>
        values.Aggregate(this, (message, value) => message.Number(field, value));

    public ProtobufMessage Real(int field, float value) =>
        Add(CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeFloatSize(value), output =>
        {
            output.WriteTag(field, WireFormat.WireType.Fixed32);
            output.WriteFloat(value);
        });

    public ProtobufMessage Text(int field, string value) =>
        Add(CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeStringSize(value), output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        });

    /// <param name="field">Number of the field.</param>
    /// <param name="length">Of the content, in bytes.</param>
    /// <param name="content">Called once, when the field is written.</param>
    public ProtobufMessage Bytes(int field, int length, Func<byte[]> content) =>
        Add(CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeLengthSize(length) + length, output =>
        {
            var bytes = content();
            if (bytes.Length != length)
            {
                throw new InvalidOperationException($"field {field} was announced with {length} bytes and has {bytes.Length}");
            }

            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
        });

    /// <summary>Embeds a message, which must not change afterwards.</summary>
    /// <exception cref="OverflowException">It is over the 2 GiB that the format allows.</exception>
    public ProtobufMessage Message(int field, ProtobufMessage value)
    {
        var length = checked((int)value.Length);
        return Add((long)CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeLengthSize(length) + length, output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteLength(length);
            value.WriteTo(output);
        });
    }

    /// <summary>Takes over the fields of another message.</summary>
    public ProtobufMessage Append(ProtobufMessage other)
    {
        Length += other.Length;
        _fields.AddRange(other._fields);
        return this;
    }

    public void WriteTo(CodedOutputStream output) => _fields.ForEach(write => write(output));

    private ProtobufMessage Add(long length, Action<CodedOutputStream> write)
    {
        Length += length;
        _fields.Add(write);
        return this;
    }
}
