using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SsFer.Recipes;

/// <summary>
/// A recipe as JSON: one object per group, keys as in <c>Path=Value</c>. Strict: no key may be unknown or repeated, and none missing
/// but those that are left out at their default (<see cref="OmittedAtDefaultAttribute"/>).
/// </summary>
internal static class RecipeJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private static readonly Recipe Defaults = new() { Name = "" };

    public static string Write(Recipe recipe)
    {
        var root = JsonSerializer.SerializeToNode(recipe, Options)!.AsObject();
        foreach (var setting in RecipeSchema.Settings.Where(setting => setting.IsOmittedAtDefault))
        {
            if (setting.ReadText(recipe) == setting.ReadText(Defaults))
            {
                Remove(root, [.. setting.Chain.Select(property => property.Name)]);
            }
        }

        return root.ToJsonString(Options);
    }

    /// <exception cref="RecipeException">The text is not JSON, a key is unknown, missing or repeated, or a value does not fit.</exception>
    public static Recipe Read(string json)
    {
        JsonObject root;
        try
        {
            root =
                JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new RecipeException("a recipe is a JSON object");
        }
        catch (JsonException e)
        {
            throw new RecipeException($"the recipe is not valid JSON: {e.Message}", e);
        }
        var found = Leaves(root, "").ToHashSet(StringComparer.Ordinal);
        var known = RecipeSchema.Settings.Select(s => s.Path).ToHashSet(StringComparer.Ordinal);
        if (found.FirstOrDefault(path => !known.Contains(path)) is { } unknown)
        {
            throw RecipeSchema.Unknown(unknown);
        }

        var needed = RecipeSchema.Settings.Where(setting => !setting.IsOmittedAtDefault).Select(setting => setting.Path);
        if (needed.FirstOrDefault(path => !found.Contains(path)) is { } missing)
        {
            throw new RecipeException($"the recipe lacks the key '{missing}'");
        }

        return Bind(root);
    }

    /// <summary>The recipe with the settings replaced; values in the form they are typed on a command line.</summary>
    public static Recipe Replace(Recipe recipe, IEnumerable<(RecipeSetting Setting, string Value)> values)
    {
        var root = JsonSerializer.SerializeToNode(recipe, Options)!.AsObject();
        foreach (var (setting, value) in values)
        {
            var owner = setting.Chain.SkipLast(1).Aggregate(root, (node, property) => node[property.Name]!.AsObject());
            owner[setting.Chain[^1].Name] = Parse(setting, value);
        }
        return Bind(root);
    }

    /// <summary>Takes a key out, and with it each group that it leaves empty.</summary>
    private static void Remove(JsonObject node, ReadOnlySpan<string> path)
    {
        if (path.Length > 1)
        {
            var group = node[path[0]]!.AsObject();
            Remove(group, path[1..]);
            if (group.Count > 0)
            {
                return;
            }
        }

        node.Remove(path[0]);
    }

    private static Recipe Bind(JsonObject root)
    {
        Recipe recipe;
        try
        {
            recipe = root.Deserialize<Recipe>(Options)!;
        }
        catch (JsonException e)
        {
            var path = e.Path?.TrimStart('$', '.');
            throw new RecipeException($"the recipe's '{path}' has a value of the wrong kind{Expected(path)}", e);
        }
        RecipeValidation.Check(recipe);
        return recipe;
    }

    private static string Expected(string? path) =>
        RecipeSchema.Settings.FirstOrDefault(s => s.Path == path) is { } setting ? $": expected {Describe(setting.Type)}" : "";

    private static JsonNode Parse(RecipeSetting setting, string text)
    {
        JsonNode? node = setting.Type switch
        {
            var t when t == typeof(string) => JsonValue.Create(text),
            var t when t == typeof(bool) => bool.TryParse(text, out var b) ? JsonValue.Create(b) : null,
            var t when t == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i)
                ? JsonValue.Create(i)
                : null,
            var t when t == typeof(ulong) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var u)
                ? JsonValue.Create(u)
                : null,
            var t when t == typeof(double) => TryParseNumber(text, out var d) ? JsonValue.Create(d) : null,
            { IsEnum: true } t => Enum.GetNames(t).FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
                ? JsonValue.Create(name)
                : null,
            _ => ParseNumbers(text),
        };
        return node ?? throw new RecipeException($"{setting.Path}: '{text}' is not {Describe(setting.Type)}");
    }

    private static JsonArray? ParseNumbers(string text)
    {
        var numbers = new JsonArray();
        foreach (var part in text.Split(','))
        {
            if (!TryParseNumber(part.Trim(), out var number))
            {
                return null;
            }

            numbers.Add(number);
        }
        return numbers;
    }

    // JSON has no infinities and no NaN, and neither has a recipe.
    private static bool TryParseNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static string Describe(Type type) =>
        type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(ulong) => "a whole number",
            _ when type == typeof(double) => "a number",
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type)),
            _ => "a list of numbers",
        };

    private static IEnumerable<string> Leaves(JsonObject node, string prefix)
    {
        foreach (var (key, value) in node)
        {
            if (value is JsonObject child)
            {
                foreach (var leaf in Leaves(child, $"{prefix}{key}."))
                {
                    yield return leaf;
                }
            }
            else
            {
                yield return prefix + key;
            }
        }
    }
}
