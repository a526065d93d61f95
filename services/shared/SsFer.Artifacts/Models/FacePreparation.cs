using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>
/// How the faces that a model learned from were cut out of their pictures. Whoever asks the model has to cut them alike, so it
/// travels with the model: in its card, and in the metadata of its weights and of its ONNX file.
/// </summary>
public sealed record FacePreparation
{
    private const string Key = "preparation";

    /// <summary>Side of a prepared face in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>blazeface, yolo-face, annotated or none. Default blazeface.</summary>
    public string Detector { get; init; } = "blazeface";

    /// <summary>Share of the detector's canvas that a picture takes; null lets the detector decide.</summary>
    public float? Border { get; init; }

    /// <summary>What is kept around a face on each side, as a share of the longer side of its box. Default 0.15.</summary>
    public float Margin { get; init; } = 0.15f;

    /// <summary>As the manifest's provenance tells; what it does not tell has its default.</summary>
    /// <exception cref="ArgumentException">The version does not hold prepared faces.</exception>
    public static FacePreparation Of(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Size is not { } size)
        {
            throw new ArgumentException($"{manifest.Name}/{manifest.Version} holds raw pictures", nameof(manifest));
        }

        var told = manifest.Provenance;
        var preparation = new FacePreparation { Size = size, Border = Number(PreparationProvenance.Border) };
        return preparation with
        {
            Detector = told.GetValueOrDefault(PreparationProvenance.Detector, preparation.Detector),
            Margin = Number(PreparationProvenance.Margin) ?? preparation.Margin,
        };

        float? Number(string key) =>
            float.TryParse(told.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>What a file's metadata say; false for a model from before they said it.</summary>
    /// <exception cref="CorruptArtifactException">They cannot be read; the message names the file.</exception>
    public static bool TryFind(
        IReadOnlyDictionary<string, string> metadata,
        string name,
        [NotNullWhen(true)] out FacePreparation? preparation
    )
    {
        ArgumentNullException.ThrowIfNull(metadata);
        preparation = metadata.TryGetValue(Key, out var json)
            ? ArtifactJson.Deserialize<FacePreparation>(Encoding.UTF8.GetBytes(json), $"{name}, {Key}")
            : null;
        return preparation is not null;
    }

    public KeyValuePair<string, string> ToMetadata() => KeyValuePair.Create(Key, JsonSerializer.Serialize(this, ArtifactJson.Line));
}
