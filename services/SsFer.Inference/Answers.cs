using System.Text.Json.Serialization;

namespace SsFer.Inference;

/// <summary>What a request for expressions is answered with: one entry per picture, in the order sent.</summary>
public sealed record ExpressionsAnswer
{
    /// <summary>Id of the model that answered.</summary>
    public required string Model { get; init; }

    public required IReadOnlyList<PictureAnswer> Pictures { get; init; }
}

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
}

/// <summary>One face; coordinates are pixels of the upright picture.</summary>
public sealed record FaceAnswer
{
    /// <summary>Clipped to the picture.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>Eyes, nose, mouth and ears as the detector places them; empty where it gives none. May lie outside the picture.</summary>
    public required IReadOnlyList<NamedPoint> Landmarks { get; init; }

    /// <summary>How sure the detector is, in [0, 1].</summary>
    public required float DetectionScore { get; init; }

    /// <summary>The most probable class.</summary>
    public required string Expression { get; init; }

    /// <summary>Of every class, the most probable first; their sum is 1.</summary>
    public required IReadOnlyList<ClassProbability> Probabilities { get; init; }
}

public sealed record PixelBox(float Left, float Top, float Right, float Bottom);

/// <summary>A point of a face; right and left are the person's own.</summary>
public sealed record NamedPoint(string Name, float X, float Y);

public sealed record ClassProbability(string Expression, float Probability);

/// <summary>The model in production.</summary>
/// <param name="Id">Of the model.</param>
/// <param name="Classes">What it can answer.</param>
/// <param name="Size">Side of its input in pixels.</param>
/// <param name="Since">When this instance began to serve it.</param>
public sealed record ServedModelAnswer(string Id, IReadOnlyList<string> Classes, int Size, DateTimeOffset Since);
