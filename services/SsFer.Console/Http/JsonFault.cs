using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SsFer.Artifacts.Storage;

namespace SsFer.Console.Http;

/// <summary>
/// What is wrong with a JSON body, in the words of the API: the serializer's own speak of the service's types and of how to change
/// them.
/// </summary>
/// <param name="IsSyntax">Whether it is no JSON at all.</param>
/// <param name="Text">One line that names the place.</param>
internal sealed record JsonFault(bool IsSyntax, string Text)
{
    private const int LongestValue = 40;

    private static readonly JsonSerializerOptions Options = ArtifactJson.Configuration;

    /// <param name="body">What could not be read as a <typeparamref name="T"/>.</param>
    /// <param name="thrown">What reading it threw; its message is that of a property's own check where nothing else is wrong.</param>
    public static JsonFault Of<T>(MemoryStream body, JsonException thrown)
    {
        if (body.Length == 0)
        {
            return new JsonFault(IsSyntax: true, "it is empty");
        }

        try
        {
            body.Position = 0;
            using var document = JsonDocument.Parse(
                body,
                new JsonDocumentOptions { AllowTrailingCommas = Options.AllowTrailingCommas, CommentHandling = Options.ReadCommentHandling }
            );
            return new JsonFault(IsSyntax: false, Find(document.RootElement, Options.GetTypeInfo(typeof(T)), "") ?? thrown.Message);
        }
        catch (JsonException syntax)
        {
            return new JsonFault(
                IsSyntax: true,
                $"line {syntax.LineNumber + 1}, byte {syntax.BytePositionInLine + 1}: this is no JSON, look for a missing "
                    + $"quote, comma or bracket"
            );
        }
    }

    /// <summary>The first fault, depth first; null where there is none.</summary>
    private static string? Find(JsonElement value, JsonTypeInfo type, string path) =>
        type.Kind switch
        {
            JsonTypeInfoKind.Object => value.ValueKind == JsonValueKind.Object
                ? FindInObject(value, type, path)
                : Not(value, path, "an object {...}"),
            JsonTypeInfoKind.Dictionary => value.ValueKind == JsonValueKind.Object
                ? value
                    .EnumerateObject()
                    .Select(entry => FindInPart(entry.Value, type, Join(path, entry.Name)))
                    .FirstOrDefault(fault => fault is not null)
                : Not(value, path, "an object {...}"),
            JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array
                ? value
                    .EnumerateArray()
                    .Select((item, index) => FindInPart(item, type, $"{path}[{index + 1}]"))
                    .FirstOrDefault(fault => fault is not null)
                : Not(value, path, "a list [...]"),
            _ => FindInValue(value, type, path),
        };

    private static string? FindInPart(JsonElement value, JsonTypeInfo whole, string path) =>
        value.ValueKind == JsonValueKind.Null ? null : Find(value, Options.GetTypeInfo(whole.ElementType!), path);

    private static string? FindInObject(JsonElement value, JsonTypeInfo type, string path)
    {
        foreach (var entry in value.EnumerateObject())
        {
            var place = Join(path, entry.Name);
            if (type.Properties.FirstOrDefault(property => property.Name == entry.Name) is not { } known)
            {
                return $"'{place}' is unknown, there are {string.Join(", ", type.Properties.Select(property => property.Name))}";
            }

            var isNull = entry.Value.ValueKind == JsonValueKind.Null;
            if (isNull && !known.IsSetNullable)
            {
                return known.IsRequired ? $"'{place}' is null and has to be given" : $"'{place}' is null: leave it out, or give it a value";
            }

            if (!isNull && Find(entry.Value, Options.GetTypeInfo(known.PropertyType), place) is { } fault)
            {
                return fault;
            }
        }

        return type.Properties.FirstOrDefault(property => property.IsRequired && !value.TryGetProperty(property.Name, out _)) is { } missing
            ? $"'{Join(path, missing.Name)}' is missing"
            : null;
    }

    private static string? FindInValue(JsonElement value, JsonTypeInfo type, string path)
    {
        try
        {
            value.Deserialize(type);
            return null;
        }
        catch (JsonException)
        {
            return Not(
                value,
                path,
                type.Type == typeof(string) ? "a text \"...\""
                    : type.Type == typeof(bool) ? "true or false"
                    : type.Type == typeof(double) ? "a number"
                    : "another value"
            );
        }
    }

    private static string Not(JsonElement value, string path, string expected)
    {
        var text = value.GetRawText().ReplaceLineEndings(" ");
        return $"{(path.Length > 0 ? $"'{path}'" : "it")} is {(text.Length > LongestValue ? $"{text[..LongestValue]}..." : text)} "
            + $"instead of {expected}";
    }

    private static string Join(string path, string name) => path.Length > 0 ? $"{path}.{name}" : name;
}
