using System.Globalization;
using SsFer.Artifacts.Storage;

namespace SsFer.Evaluation;

/// <summary>
/// The temperature of a model, in the metadata of its weights: whoever writes an ONNX file of them gives the same answers.
/// </summary>
internal static class StoredTemperature
{
    private const string Key = "temperature";

    /// <summary>What a file's metadata say; 1 where they do not.</summary>
    /// <exception cref="CorruptArtifactException">They say what is no temperature; the message names the file.</exception>
    public static double Find(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (!metadata.TryGetValue(Key, out var told))
        {
            return 1;
        }

        return double.TryParse(told, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && double.IsFinite(value)
            ? value
            : throw new CorruptArtifactException($"{name}, {Key}: '{told}' is no temperature");
    }

    public static KeyValuePair<string, string> ToMetadata(double temperature) =>
        KeyValuePair.Create(Key, temperature.ToString(CultureInfo.InvariantCulture));
}
