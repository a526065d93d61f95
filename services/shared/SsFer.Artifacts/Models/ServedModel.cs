using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Artifacts.Models;

/// <summary>What an ONNX file says of the model it holds: all that inference needs beside the graph.</summary>
public sealed record ServedModel
{
    private const string Key = "ssfer";

    public required string Id { get; init; }

    /// <summary>Class names in the order of the logits.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required FacePreparation Preparation { get; init; }

    /// <summary>Where the file of a model of the store stands.</summary>
    public static string PathOf(string id) => $"{Contracts.Containers.Models}/{id}/model.onnx";

    /// <exception cref="CorruptArtifactException">The metadata are not those of a model of SsFer's; the message names the file.</exception>
    public static ServedModel Of(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetValue(Key, out var json)
            ? ArtifactJson.Deserialize<ServedModel>(Encoding.UTF8.GetBytes(json), $"{name}, metadata '{Key}'")
            : throw new CorruptArtifactException(
                $"{name} does not say which classes it knows and how faces are prepared for it: serve a file written by ssfer export --onnx"
            );
    }

    public IReadOnlyDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(this, ArtifactJson.Line) };
}
