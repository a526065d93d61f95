using System.Text.Json;
using System.Text.Json.Serialization;
using SsFer.Inference.Models;

namespace SsFer.Inference;

/// <summary>What a request for expressions is answered with: one entry per picture, in the order sent.</summary>
public sealed record ExpressionsAnswer
{
    /// <summary>Id of the model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>Number of the promotion that brought the model into production; null where the model was asked for by its name, and for a
    /// candidate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Version { get; init; }

    /// <summary>The model is no version in production: it is tried beside it, and this request is one of its share.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCandidate { get; init; }

    /// <summary>SHA-256 of the model's ONNX file, in hexadecimal.</summary>
    public required string Digest { get; init; }

    public required PhaseMilliseconds Milliseconds { get; init; }

    public required IReadOnlyList<PictureAnswer> Pictures { get; init; }

    /// <param name="model">That answered.</param>
    /// <param name="version">See <see cref="Version"/>.</param>
    /// <param name="pictures">Its answers.</param>
    /// <param name="clock">That ran meanwhile.</param>
    public static ExpressionsAnswer Of(ExpressionModel model, long? version, IReadOnlyList<PictureAnswer> pictures, PhaseClock clock)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clock);
        return new ExpressionsAnswer
        {
            Model = model.Description.Id,
            Version = version,
            Digest = model.Digest,
            Milliseconds = clock.Milliseconds,
            Pictures = pictures,
        };
    }
}

/// <summary>
/// Time at work in each phase, added up over the pictures of the request: they are worked on side by side, so that the sum may be
/// more than the time until the answer.
/// </summary>
/// <param name="Decode">Files to pixels.</param>
/// <param name="Detect">Pixels to faces.</param>
/// <param name="Cut">Faces cut out of their pictures, aligned and resized.</param>
/// <param name="Classify">Faces to probabilities.</param>
/// <param name="Explain">Heat maps.</param>
public sealed record PhaseMilliseconds(double Decode, double Detect, double Cut, double Classify, double Explain);

/// <summary>What became of a picture.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PictureStatus>))]
public enum PictureStatus
{
    /// <summary>It has at least one face.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It was decoded, and shows no face.</summary>
    [JsonStringEnumMemberName("no_face")]
    NoFace,

    /// <summary>It is no picture of a known format, damaged or cut short.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,

    /// <summary>It is over a limit, and was not decoded.</summary>
    [JsonStringEnumMemberName("too_large")]
    TooLarge,
}

/// <summary>One picture and its faces, the most certain first.</summary>
public sealed record PictureAnswer
{
    /// <summary>File name as sent, or its number in the request.</summary>
    public required string Name { get; init; }

    public required PictureStatus Status { get; init; }

    /// <summary>Where the status is not <see cref="PictureStatus.Ok"/>: why, and what to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>Columns of the picture, upright as its EXIF orientation says; null where it was not decoded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    /// <summary>Rows of the picture, upright.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Height { get; init; }

    public IReadOnlyList<FaceAnswer> Faces { get; init; } = [];

    /// <summary>
    /// The id that the picture is kept under for labelling, so that it can be erased: <c>ssfer kept erase ID</c>. Null where it is not
    /// kept.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kept { get; init; }
}

/// <summary>One face; coordinates are pixels of the upright picture.</summary>
public sealed record FaceAnswer
{
    /// <summary>Clipped to the picture.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>Eyes, nose, mouth and ears as the detector places them; empty where it gives none. May lie outside the picture.</summary>
    public required IReadOnlyList<NamedPoint> Landmarks { get; init; }

    /// <summary>How sure the detector is, in [0, 1]; 1 where the picture is taken as a face and none is looked for.</summary>
    public required float DetectionScore { get; init; }

    /// <summary>The most probable class.</summary>
    public string Expression => Probabilities[0].Expression;

    /// <summary>
    /// What the model gives its class. Calibrated on the faces it was evaluated on, where its card tells a temperature: so often such an
    /// answer was right there.
    /// </summary>
    public float TopProbability => Probabilities[0].Probability;

    /// <summary>Of every class, the most probable first; their sum is 1.</summary>
    public required IReadOnlyList<ClassProbability> Probabilities { get; init; }

    /// <summary>
    /// Of a stream only: the same for the same person in successive frames. The probabilities are smoothed over its frames then.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Track { get; init; }

    /// <summary>Which parts of the face the answer rests on; null where nobody asked, or the picture has too many faces.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExplanationAnswer? Explanation { get; init; }
}

/// <summary>Where covering the face takes the answer's probability away.</summary>
public sealed record ExplanationAnswer
{
    /// <summary>How the map was made: <c>occlusion</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The class whose probability was watched.</summary>
    public required string Expression { get; init; }

    /// <summary>
    /// By how much covering a part lowers the probability at most, in [0, 1]; what the brightest pixel of the map stands for. Where it
    /// is small, no single part matters, however the map looks.
    /// </summary>
    public required float LargestDrop { get; init; }

    /// <summary>
    /// A PNG that lies over the face's box, in base64: grey, 0 where covering changes nothing or the model did not look, 255 at the
    /// largest drop.
    /// </summary>
    public required byte[] HeatMap { get; init; }
}

public sealed record PixelBox(float Left, float Top, float Right, float Bottom);

/// <summary>A point of a face; right and left are the person's own.</summary>
public sealed record NamedPoint(string Name, float X, float Y);

public sealed record ClassProbability(string Expression, float Probability)
{
    /// <summary>The most probable first.</summary>
    internal static IReadOnlyList<ClassProbability> Sorted(IEnumerable<ClassProbability> probabilities) =>
        [.. probabilities.OrderByDescending(each => each.Probability)];
}

/// <summary>The model in production.</summary>
public sealed record ServedModelAnswer
{
    public required string Id { get; init; }

    /// <summary>Number of the promotion that brought it there; null for the built-in model, which answers until there is one.</summary>
    public required long? Version { get; init; }

    /// <summary>SHA-256 of its ONNX file, in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>What it can answer.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Side of its input in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>When this instance began to serve it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Its card, as the evaluation wrote it: data, settings, how it measured, the gate's decision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Card { get; init; }
}
