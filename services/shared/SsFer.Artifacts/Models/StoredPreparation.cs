using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Artifacts.Models;

/// <summary><see cref="FacePreparation"/> as manifests and files of models keep it.</summary>
public static class StoredPreparation
{
    private const string Key = "preparation";

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
        var detector = told.GetValueOrDefault(PreparationProvenance.Detector, preparation.Detector);
        return preparation with
        {
            Detector = detector,
            Network = detector == DetectorNames.YoloFace ? told.GetValueOrDefault(PreparationProvenance.DetectorModel) : null,
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

    public static KeyValuePair<string, string> ToMetadata(this FacePreparation preparation) =>
        KeyValuePair.Create(Key, JsonSerializer.Serialize(preparation, ArtifactJson.Line));
}
