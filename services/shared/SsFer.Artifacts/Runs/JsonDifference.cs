using System.Text.Json;

namespace SsFer.Artifacts.Runs;

/// <summary>Names the places in which two JSON documents differ.</summary>
internal static class JsonDifference
{
    /// <summary>Each as <c>recipe.pretraining.epochs (600, now 20)</c>, in document order.</summary>
    public static IEnumerable<string> Between(JsonElement stored, JsonElement asked, string path = "")
    {
        if (stored.ValueKind == JsonValueKind.Object && asked.ValueKind == JsonValueKind.Object)
        {
            var names = stored.EnumerateObject().Concat(asked.EnumerateObject()).Select(property => property.Name).Distinct(StringComparer.Ordinal);
            return names.SelectMany(name => Between(Member(stored, name), Member(asked, name), path.Length == 0 ? name : $"{path}.{name}"));
        }

        return Same(stored, asked) ? [] : [$"{path} ({Show(stored)}, now {Show(asked)})"];
    }

    private static JsonElement Member(JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member : default;

    private static bool Same(JsonElement a, JsonElement b) =>
        a.ValueKind == JsonValueKind.Undefined || b.ValueKind == JsonValueKind.Undefined ? a.ValueKind == b.ValueKind : JsonElement.DeepEquals(a, b);

    private static string Show(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? "nothing" : element.GetRawText().ReplaceLineEndings("");
}
