using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace SsFer.Recipes;

/// <summary>One number or choice of a recipe: its dotted path, the properties that lead to it, the source of its default.</summary>
internal sealed record RecipeSetting(string Path, IReadOnlyList<PropertyInfo> Chain, string Source)
{
    public Type Type => Chain[^1].PropertyType;

    public RangeAttribute? Range => Chain[^1].GetCustomAttribute<RangeAttribute>();

    /// <summary>Whether JSON leaves the setting out where it has its default; see <see cref="OmittedAtDefaultAttribute"/>.</summary>
    public bool IsOmittedAtDefault { get; } = Chain[^1].IsDefined(typeof(OmittedAtDefaultAttribute), inherit: false);

    public object Read(Recipe recipe) => Chain.Aggregate((object)recipe, (owner, property) => property.GetValue(owner)!);

    public string ReadText(Recipe recipe) =>
        Read(recipe) switch
        {
            IReadOnlyList<double> list => string.Join(",", list.Select(v => v.ToString(CultureInfo.InvariantCulture))),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => value.ToString() ?? "",
        };
}

/// <summary>
/// All settings of a recipe, found by reflection: a property with a <see cref="SourceAttribute"/> is one, a property without leads to
/// more.
/// </summary>
internal static class RecipeSchema
{
    public static IReadOnlyList<RecipeSetting> Settings { get; } = [.. Walk(typeof(Recipe), [])];

    /// <exception cref="RecipeException">No setting has this path; the message names the nearest.</exception>
    public static RecipeSetting Find(string path) => Settings.FirstOrDefault(s => s.Path == path) ?? throw Unknown(path);

    public static RecipeException Unknown(string path)
    {
        var nearest = Settings.MinBy(s => NearestWord.Distance(s.Path, path))!.Path;
        return new RecipeException($"unknown key '{path}': did you mean {nearest}?");
    }

    private static IEnumerable<RecipeSetting> Walk(Type type, PropertyInfo[] chain)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            PropertyInfo[] extended = [.. chain, property];
            if (property.GetCustomAttribute<SourceAttribute>() is { } source)
            {
                yield return new RecipeSetting(string.Join('.', extended.Select(p => p.Name)), extended, source.Text);
            }
            else
            {
                foreach (var setting in Walk(property.PropertyType, extended))
                {
                    yield return setting;
                }
            }
        }
    }
}
