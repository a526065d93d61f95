using SsFer.Faces.Detection;
using SsFer.Recipes;

namespace SsFer.Faces.Alignment;

/// <summary>Turning, scaling and moving: x' = A x - B y + X, y' = B x + A y + Y, in continuous pixel coordinates.</summary>
internal readonly record struct SimilarityTransform(double A, double B, double X, double Y)
{
    public AffineMap ToAffine() => new(A, -B, X, B, A, Y);

    public double Scale => Math.Sqrt(A * A + B * B);

    /// <summary>
    /// Brings the square around <paramref name="centre"/>, turned by <paramref name="angle"/> (radians, clockwise as seen), upright to
    /// (0, 0)..(size, size).
    /// </summary>
    public static SimilarityTransform FromSquare((double X, double Y) centre, double side, double angle, double size)
    {
        var scale = size / side;
        var (a, b) = (scale * Math.Cos(angle), -scale * Math.Sin(angle));
        return new SimilarityTransform(a, b, size / 2 - (a * centre.X - b * centre.Y), size / 2 - (b * centre.X + a * centre.Y));
    }

    public (double X, double Y) Map(double x, double y) => (A * x - B * y + X, B * x + A * y + Y);

    public Landmark Map(Landmark point)
    {
        var (x, y) = Map(point.X, point.Y);
        return new Landmark((float)x, (float)y);
    }

    /// <summary>
    /// Centre and size go along, the sides stay level: when the head is set upright, the box around it is that of the upright head.
    /// </summary>
    public FaceBox Map(FaceBox box)
    {
        var (x, y) = Map(box.Centre.X, box.Centre.Y);
        var (halfWidth, halfHeight) = (box.Width * Scale / 2, box.Height * Scale / 2);
        return new FaceBox((float)(x - halfWidth), (float)(y - halfHeight), (float)(x + halfWidth), (float)(y + halfHeight));
    }
}
