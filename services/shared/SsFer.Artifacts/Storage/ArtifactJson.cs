using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsFer.Artifacts.Storage;

/// <summary>
/// How everything in the store is written as JSON: camelCase, enums as strings, absent instead of null, <c>\n</c> on every system.
/// </summary>
public static class ArtifactJson
{
    /// <summary>For documents a person may open: indented.</summary>
    public static JsonSerializerOptions Document { get; } = Create(indented: true, JsonUnmappedMemberHandling.Skip);

    /// <summary>For JSON lines: one value a line.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false, JsonUnmappedMemberHandling.Skip);

    /// <summary>For what people write (recipes, plans): comments and trailing commas are fine, an unknown key is an error.</summary>
    public static JsonSerializerOptions Configuration { get; } = Create(indented: true, JsonUnmappedMemberHandling.Disallow);

    /// <summary>The bytes of a stored document; equal values give equal bytes.</summary>
    public static byte[] Serialize<T>(T value)
        where T : notnull => JsonSerializer.SerializeToUtf8Bytes(value, Document);

    /// <param name="content">UTF-8.</param>
    /// <param name="path">Where the document is stored; for the message.</param>
    /// <exception cref="CorruptArtifactException">Not JSON, or not this document.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> content, string path)
        where T : notnull
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, Document) ?? throw new JsonException("the document is null");
        }
        catch (JsonException fault)
        {
            throw new CorruptArtifactException($"'{path}' is damaged, it is not a {typeof(T).Name} in JSON: {fault.Message}", fault);
        }
    }

    private static JsonSerializerOptions Create(bool indented, JsonUnmappedMemberHandling unmapped)
    {
        var lenient = unmapped == JsonUnmappedMemberHandling.Disallow;
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            WriteIndented = indented,
            NewLine = "\n",
            // Never embedded in HTML as it stands; class and file names stay readable
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            UnmappedMemberHandling = unmapped,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowTrailingCommas = lenient,
            ReadCommentHandling = lenient ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
