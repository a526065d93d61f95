using SsFer.Faces.Detection;
using SsFer.Recipes;

namespace SsFer.Faces.Cutting;

/// <summary>Which of several faces a picture is of.</summary>
public static class FaceChoice
{
    /// <summary>
    /// The largest face, weighed by how central it stands: visible area x (1 - distance of its centre from the picture's, in half
    /// diagonals). Null where there is none. Ties go to the face that comes first, the more certain one.
    /// </summary>
    public static DetectedFace? MainFace(IReadOnlyList<DetectedFace> faces, int width, int height) =>
        faces.MaxBy(face => Weight(face.Box, width, height));

    /// <summary>Those of which something is in the picture, in the same order.</summary>
    public static IReadOnlyList<DetectedFace> Visible(IReadOnlyList<DetectedFace> faces, int width, int height) =>
        [.. faces.Where(face => face.Box.ClipTo(width, height) is not null)];

    private static float Weight(FaceBox box, int width, int height)
    {
        var (x, y) = box.Centre;
        var distance = MathF.Sqrt(MathF.Pow(x - width / 2f, 2) + MathF.Pow(y - height / 2f, 2));
        var halfDiagonal = MathF.Sqrt((float)width * width + (float)height * height) / 2;
        return (box.ClipTo(width, height)?.Area ?? 0) * Math.Max(0, 1 - distance / halfDiagonal);
    }
}
