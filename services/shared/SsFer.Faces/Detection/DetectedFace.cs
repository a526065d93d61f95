using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>One face in a picture, in pixels of that picture.</summary>
public sealed record DetectedFace
{
    /// <summary>Not clipped: a face at the edge reaches beyond the picture.</summary>
    public required FaceBox Box { get; init; }

    /// <summary>
    /// The person's right eye (left in the picture), left eye, nose; then mouth, right ear, left ear (BlazeFace)
    /// or the right and left corner of the mouth (YOLO-face). Empty where the detector gives none.
    /// </summary>
    public required IReadOnlyList<Landmark> Landmarks { get; init; }

    /// <summary>Confidence in [0, 1].</summary>
    public required float Score { get; init; }
}
