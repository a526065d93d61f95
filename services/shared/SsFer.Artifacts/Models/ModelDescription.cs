using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Artifacts.Models;

/// <summary>What a weights file says of its model, so that it can be used alone: architecture, normalisation and classes.</summary>
public sealed record ModelDescription
{
    private const string Key = "ssfer";

    public required ModelSettings Model { get; init; }

    public required Normalisation Normalisation { get; init; }

    /// <summary>Class names in the order of the logits; empty for an encoder.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>
    /// In which settings another model is not this one, as <c>Model.Depth 12 instead of 4</c>; null in none. Of another image size the
    /// positions are interpolated, so that it is no difference.
    /// </summary>
    /// <param name="recipe">Of the other.</param>
    public string? DifferenceFrom(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var (own, other) = (Model, recipe.Model);
        (string Setting, object Own, object Other)[] settings =
        [
            ("Model.Kind", own.Kind, other.Kind),
            .. own.Kind == other.Kind ? Architecture(own, other) : [],
            ("Normalisation.Mean", Join(Normalisation.Mean), Join(recipe.Normalisation.Mean)),
            ("Normalisation.Std", Join(Normalisation.Std), Join(recipe.Normalisation.Std)),
        ];
        var differences = settings
            .Where(setting => !setting.Own.Equals(setting.Other))
            .Select(setting => FormattableString.Invariant($"{setting.Setting}={setting.Own} instead of {setting.Other}"))
            .ToList();
        return differences.Count == 0 ? null : string.Join(", ", differences);

        static string Join(IEnumerable<double> values) => string.Join(',', values.Select(value => FormattableString.Invariant($"{value}")));
    }

    /// <summary>The settings that shape a network of this kind.</summary>
    private static IReadOnlyList<(string Setting, object Own, object Other)> Architecture(ModelSettings own, ModelSettings other) =>
        own.Kind switch
        {
            ModelKind.ResNet =>
            [
                ("Model.ResNet.Width", own.ResNet.Width, other.ResNet.Width),
                ("Model.ResNet.Levels", own.ResNet.Levels, other.ResNet.Levels),
                ("Model.ResNet.Blocks", own.ResNet.Blocks, other.ResNet.Blocks),
            ],
            ModelKind.Baseline => [("Model.Baseline", own.Baseline, other.Baseline)],
            _ =>
            [
                ("Model.PatchSize", own.PatchSize, other.PatchSize),
                ("Model.Width", own.Width, other.Width),
                ("Model.Depth", own.Depth, other.Depth),
                ("Model.Heads", own.Heads, other.Heads),
                ("Model.MlpRatio", own.MlpRatio, other.MlpRatio),
            ],
        };

    public IReadOnlyDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string>
        {
            ["format"] = "pt", // what other readers of safetensors expect to find
            [Key] = JsonSerializer.Serialize(this, ArtifactJson.Line),
        };

    /// <summary>What a file's metadata say; null for weights that SsFer did not write.</summary>
    /// <exception cref="CorruptArtifactException">They cannot be read; the message names the file.</exception>
    public static ModelDescription? TryFind(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetValue(Key, out var json)
            ? ArtifactJson.Deserialize<ModelDescription>(Encoding.UTF8.GetBytes(json), $"{name}, metadata '{Key}'")
            : null;
    }
}
