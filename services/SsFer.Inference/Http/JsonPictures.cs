using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>A picture in a JSON body.</summary>
/// <param name="Name">As sent; empty where it has none.</param>
/// <param name="Data">Where in the body its base64 stands, the quotation marks included.</param>
internal readonly record struct JsonPicture(string Name, Range Data)
{
    /// <summary>The picture's bytes, in a buffer to be given back to the shared pool.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="length">Of the picture.</param>
    /// <returns>Null where it is not base64.</returns>
    public byte[]? Decode(ReadOnlySpan<byte> body, out int length)
    {
        var token = body[Data];
        var reader = new Utf8JsonReader(token);
        reader.Read();
        var buffer = ArrayPool<byte>.Shared.Rent(token.Length);
        if (TryUnescape(ref reader, buffer, out var text) && Base64.DecodeFromUtf8InPlace(text, out length) == OperationStatus.Done)
        {
            return buffer;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        length = 0;
        return null;
    }

    /// <summary>Some writers escape / and +. False where an escape is half a character, which the reader finds no sooner.</summary>
    private static bool TryUnescape(ref Utf8JsonReader reader, byte[] buffer, out Span<byte> text)
    {
        try
        {
            text = buffer.AsSpan(0, reader.CopyString(buffer));
            return true;
        }
        catch (InvalidOperationException)
        {
            text = default;
            return false;
        }
    }
}

/// <summary>
/// <c>{"pictures": [{"name": "a.jpg", "data": "..."}]}</c>, read without a copy of the pictures. What is not of this form is refused:
/// nothing in it is worth guessing at, such as the address of a picture, which is never fetched.
/// </summary>
internal static class JsonPictures
{
    /// <summary>An object, a list, and the objects in it.</summary>
    private const int Depth = 3;

    /// <param name="body">UTF-8.</param>
    /// <param name="most">Most pictures.</param>
    /// <exception cref="RequestRefusedException">It is not JSON, of another form, or has too many pictures.</exception>
    public static IReadOnlyList<JsonPicture> Find(ReadOnlySpan<byte> body, int most)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Depth });
            var pictures = Read(ref reader, most);
            return reader.Read() ? throw OfAnotherForm() : pictures; // what follows the end throws by itself
        }
        catch (JsonException fault)
        {
            throw RequestRefusedException.Malformed(
                $"the body is not the JSON that is taken here, in line {fault.LineNumber + 1}: send {PictureReader.JsonForm}"
            );
        }
        catch (InvalidOperationException)
        {
            // The reader finds text that is no Unicode only when it is asked for.
            throw RequestRefusedException.Malformed($"the body holds text that is not UTF-8: send {PictureReader.JsonForm}");
        }
    }

    private static List<JsonPicture> Read(ref Utf8JsonReader reader, int most)
    {
        Require(ref reader, JsonTokenType.StartObject);
        Require(ref reader, JsonTokenType.PropertyName);
        if (!reader.ValueTextEquals("pictures"u8))
        {
            throw OfAnotherForm();
        }

        Require(ref reader, JsonTokenType.StartArray);
        var pictures = new List<JsonPicture>();
        for (; reader.Read() && reader.TokenType == JsonTokenType.StartObject; pictures.Add(ReadOne(ref reader)))
        {
            if (pictures.Count == most)
            {
                throw PictureReader.TooMany(most);
            }
        }

        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw OfAnotherForm();
        }

        Require(ref reader, JsonTokenType.EndObject);
        return pictures;
    }

    private static JsonPicture ReadOne(ref Utf8JsonReader reader)
    {
        var (name, data) = ("", (Range?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isName, isData) = (reader.ValueTextEquals("name"u8), reader.ValueTextEquals("data"u8));
            Require(ref reader, JsonTokenType.String);
            if (isData && data is null)
            {
                data = (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
            }
            else if (isName)
            {
                name = reader.GetString()!;
            }
            else
            {
                throw OfAnotherForm();
            }
        }

        return new JsonPicture(name, data ?? throw OfAnotherForm());
    }

    private static void Require(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw OfAnotherForm();
        }
    }

    private static RequestRefusedException OfAnotherForm() =>
        RequestRefusedException.Unprocessable(
            $"the JSON has another form than is taken here: send {PictureReader.JsonForm}, and nothing else"
        );
}
