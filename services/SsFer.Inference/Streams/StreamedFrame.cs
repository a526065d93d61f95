using System.Text.Json;
using SsFer.Inference.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Streams;

/// <summary>A line of a stream: <c>{"at": 0.04, "data": "..."}</c>.</summary>
/// <param name="At">When the frame was taken, in seconds; null where that is not said.</param>
/// <param name="Picture">Where its base64 stands in the line.</param>
internal readonly record struct StreamedFrame(double? At, JsonPicture Picture)
{
    /// <summary>What a line looks like.</summary>
    public const string Form = "{\"at\": 0.04, \"data\": \"BASE64\"}";

    /// <exception cref="RequestRefusedException">It is not JSON of this form.</exception>
    public static StreamedFrame Of(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 1 });
            var frame = Read(ref reader);
            return reader.Read() ? throw OfAnotherForm() : frame;
        }
        catch (Exception fault) when (IsMalformed(fault))
        {
            throw OfAnotherForm();
        }
    }

    /// <summary>The picture's bytes, in a buffer to be given back to the shared pool.</summary>
    /// <param name="line">The frame's.</param>
    /// <param name="length">Of the picture.</param>
    /// <exception cref="RequestRefusedException">The data is no base64.</exception>
    public byte[] Decode(ReadOnlySpan<byte> line, out int length) =>
        Picture.Decode(line, out length) ?? throw RequestRefusedException.Unprocessable($"the data is not base64: send {Form}");

    /// <summary>No JSON, no number, or a name that is no UTF-8 or half of a surrogate pair, which is found when it is compared.</summary>
    private static bool IsMalformed(Exception fault) => fault is JsonException or FormatException or InvalidOperationException;

    private static StreamedFrame Read(ref Utf8JsonReader reader)
    {
        var (at, data) = ((double?)null, (Range?)null);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw OfAnotherForm();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isTime, isData) = (reader.ValueTextEquals("at"u8), reader.ValueTextEquals("data"u8));
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when isTime:
                    at = reader.GetDouble();
                    break;
                case JsonTokenType.String when isData && data is null:
                    data = (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
                    break;
                default:
                    throw OfAnotherForm();
            }
        }

        return new StreamedFrame(at, new JsonPicture("", data ?? throw OfAnotherForm()));
    }

    private static RequestRefusedException OfAnotherForm() =>
        RequestRefusedException.Malformed($"the line is not a frame: send {Form}, one a line, 'at' in seconds or left away");
}
