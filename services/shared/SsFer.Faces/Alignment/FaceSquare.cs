using SsFer.Faces.Detection;
using SsFer.Recipes;

namespace SsFer.Faces.Alignment;

/// <summary>The square of a picture that becomes the prepared face; it lies wholly inside the picture.</summary>
/// <param name="Centre">In pixels of the picture.</param>
/// <param name="Side">In pixels of the picture.</param>
/// <param name="Angle">Of the line through the eyes, in radians, clockwise as seen.</param>
internal readonly record struct FaceSquare((double X, double Y) Centre, double Side, double Angle)
{
    /// <summary>Chooses the square for a face; see <see cref="FaceAligner.Align"/>.</summary>
    public static FaceSquare Around(DetectedFace face, int width, int height, AlignmentOptions options)
    {
        var shorter = Math.Min(width, height);
        double faceSide = Math.Max(face.Box.Width, face.Box.Height);
        var side = Math.Max(1, faceSide * (1 + 2 * options.Margin));
        if (faceSide >= options.TightShare * shorter || side > shorter)
        {
            return Inside(face.Box, width, height, shorter, 0);
        }

        var angle = EyeAngle(face.Landmarks);
        return Extent(side, angle) <= shorter ? Inside(face.Box, width, height, side, angle) : Inside(face.Box, width, height, side, 0);
    }

    /// <summary>Side of the upright square around this one.</summary>
    public double UprightSide => Extent(Side, Angle);

    private static FaceSquare Inside(FaceBox box, int width, int height, double side, double angle)
    {
        var half = Extent(side, angle) / 2;
        return new FaceSquare((Within(box.Centre.X, half, width), Within(box.Centre.Y, half, height)), side, angle);
    }

    private static double Within(double centre, double half, double length) => Math.Max(half, Math.Min(length - half, centre));

    private static double Extent(double side, double angle) => side * (Math.Abs(Math.Cos(angle)) + Math.Abs(Math.Sin(angle)));

    private static double EyeAngle(IReadOnlyList<Landmark> landmarks) =>
        landmarks is [var right, var left, ..] ? Math.Atan2(left.Y - right.Y, left.X - right.X) : 0;
}
