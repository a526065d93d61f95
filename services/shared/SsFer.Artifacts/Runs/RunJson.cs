using System.Text.Json;
using System.Text.Json.Serialization;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Runs;

/// <summary>How a run's documents are written: camelCase, enums by name, nulls left out.</summary>
internal static class RunJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The same on one line.</summary>
    public static JsonSerializerOptions Line { get; } = new(Options) { WriteIndented = false };

    public static byte[] Write<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, Options);

    /// <exception cref="CorruptArtifactException">The content is not such a document; the message names the path.</exception>
    public static T Read<T>(string path, ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content.Span, Options) ?? throw new JsonException("it holds only null");
        }
        catch (JsonException e)
        {
            throw new CorruptArtifactException($"'{path}' cannot be read ({e.Message}): restore it, or start again with another --run", e);
        }
    }
}
