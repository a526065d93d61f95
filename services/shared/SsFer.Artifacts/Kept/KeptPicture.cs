using System.Globalization;
using System.Security.Cryptography;

namespace SsFer.Artifacts.Kept;

/// <summary>
/// A picture that was kept for labelling because the model was unsure of a face in it, and what it answered. Nothing tells who sent it,
/// from where, or under which name.
/// </summary>
public sealed record KeptPicture
{
    private const string DayFormat = "yyyyMMdd";
    private const int RandomBytes = 8;

    /// <summary>Day (UTC) and a random number: <c>20261130-3f9c2a71d0b14e22</c>.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset Kept { get; init; }

    /// <summary>How the file's name ends, without a dot: <c>jpeg</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Id of the model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of its ONNX file, in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>All that were answered, the least sure first.</summary>
    public required IReadOnlyList<KeptFace> Faces { get; init; }

    public static string NewId(DateTimeOffset now) =>
        $"{PrefixOf(DateOnly.FromDateTime(now.UtcDateTime))}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}";

    /// <summary>How the ids of a day begin.</summary>
    internal static string PrefixOf(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture) + "-";
}

/// <summary>A face as it was answered.</summary>
/// <param name="Box">Left, top, right and bottom in pixels of the upright picture.</param>
/// <param name="Probabilities">Of every class, the most probable first.</param>
public sealed record KeptFace(IReadOnlyList<float> Box, IReadOnlyDictionary<string, float> Probabilities)
{
    /// <summary>The class that was answered, and its probability.</summary>
    public (string Expression, float Probability) Answer()
    {
        var (expression, probability) = Probabilities.MaxBy(pair => pair.Value);
        return (expression, probability);
    }
}
