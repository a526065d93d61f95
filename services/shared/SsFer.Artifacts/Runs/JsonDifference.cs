using System.Text.Json;

namespace SsFer.Artifacts.Runs;

/// <summary>A place in which two JSON documents differ, as <c>recipe.pretraining.epochs</c>.</summary>
public sealed record JsonDifference(string Path, JsonElement Stored, JsonElement Asked)
{
    /// <summary>All of them, in document order.</summary>
    public static IEnumerable<JsonDifference> Between(JsonElement stored, JsonElement asked, string path = "")
    {
        if (stored.ValueKind == JsonValueKind.Object && asked.ValueKind == JsonValueKind.Object)
        {
            var names = stored
                .EnumerateObject()
                .Concat(asked.EnumerateObject())
                .Select(property => property.Name)
                .Distinct(StringComparer.Ordinal);
            return names.SelectMany(name => Between(Member(stored, name), Member(asked, name), path.Length == 0 ? name : $"{path}.{name}"));
        }

        return Same(stored, asked) ? [] : [new JsonDifference(path, stored, asked)];
    }

    public override string ToString() => $"{Path} ({Show(Stored)}, now {Show(Asked)})";

    private static JsonElement Member(JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member : default;

    private static bool Same(JsonElement a, JsonElement b) =>
        a.ValueKind == JsonValueKind.Undefined || b.ValueKind == JsonValueKind.Undefined
            ? a.ValueKind == b.ValueKind
            : JsonElement.DeepEquals(a, b);

    private static string Show(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? "nothing" : element.GetRawText().ReplaceLineEndings("");
}
