using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Stages;

/// <summary>What a weights file says of its model, so that it can be used alone: architecture, normalisation and classes.</summary>
public sealed record ModelDescription
{
    private const string Key = "ssfer";

    public required ModelSettings Model { get; init; }

    public required Normalisation Normalisation { get; init; }

    /// <summary>Class names in the order of the logits; empty for an encoder.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public IReadOnlyDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string>
        {
            ["format"] = "pt", // what other readers of safetensors expect to find
            [Key] = JsonSerializer.Serialize(this, ArtifactJson.Line),
        };

    /// <summary>Whether the file says which model it holds.</summary>
    public static bool IsIn(SafetensorsContent content) => content.Metadata.ContainsKey(Key);

    /// <exception cref="WeightsException">The file was not written by SsFer.</exception>
    public static ModelDescription Of(SafetensorsContent content, string name)
    {
        if (!content.Metadata.TryGetValue(Key, out var json))
        {
            throw new WeightsException(
                $"{name} does not say which model it holds: only weights written by SsFer can be used without a recipe"
            );
        }

        try
        {
            return JsonSerializer.Deserialize<ModelDescription>(json, ArtifactJson.Line) ?? throw new JsonException("it is empty");
        }
        catch (JsonException fault)
        {
            throw new WeightsException($"{name}: the description of its model cannot be read ({fault.Message})", fault);
        }
    }
}
