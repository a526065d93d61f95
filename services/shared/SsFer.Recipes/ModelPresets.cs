using System.Globalization;
using SsFer.Recipes.Baselines;

namespace SsFer.Recipes;

/// <summary>
/// The named models, chosen with <c>Model=Small</c>. A size of method 1 sets patch, width, depth and heads of the encoder, and its
/// decoder; the name of a baseline sets kind and network. The picture's size stays.
/// </summary>
internal static class ModelPresets
{
    private static readonly (string Name, ModelSettings Model, DecoderSettings Decoder)[] All =
    [
        (
            nameof(ModelSettings.Tiny),
            ModelSettings.Tiny,
            new DecoderSettings
            {
                Width = 96,
                Depth = 1,
                Heads = 3,
            }
        ),
        (
            nameof(ModelSettings.Small),
            ModelSettings.Small,
            new DecoderSettings
            {
                Width = 192,
                Depth = 1,
                Heads = 6,
            }
        ),
        (nameof(ModelSettings.Base), ModelSettings.Base, new DecoderSettings()),
        (nameof(ModelSettings.Large), ModelSettings.Large, new DecoderSettings()),
        (nameof(ModelSettings.Huge), ModelSettings.Huge, new DecoderSettings()),
    ];

    /// <exception cref="RecipeException">There is no model of this name.</exception>
    public static IEnumerable<(string Path, string Value)> Settings(string name)
    {
        var baselines = Enum.GetNames<BaselineKind>();
        if (baselines.FirstOrDefault(baseline => baseline.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return [("Model.Kind", nameof(ModelKind.Baseline)), ("Model.Baseline", known)];
        }

        var (found, model, decoder) = All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            throw new RecipeException(
                $"there is no model '{name}': there are {string.Join(", ", All.Select(preset => preset.Name).Concat(baselines))}, or set "
                    + $"Model.Width and the others one by one"
            );
        }

        return
        [
            ("Model.Kind", nameof(ModelKind.ViT)),
            ("Model.PatchSize", Text(model.PatchSize)),
            ("Model.Width", Text(model.Width)),
            ("Model.Depth", Text(model.Depth)),
            ("Model.Heads", Text(model.Heads)),
            ("Decoder.Width", Text(decoder.Width)),
            ("Decoder.Depth", Text(decoder.Depth)),
            ("Decoder.Heads", Text(decoder.Heads)),
        ];
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
