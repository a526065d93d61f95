namespace SsFer.Faces.Alignment;

/// <summary>x' = Xx x + Xy y + X0, y' = Yx x + Yy y + Y0, in continuous pixel coordinates.</summary>
public readonly record struct AffineMap(double Xx, double Xy, double X0, double Yx, double Yy, double Y0)
{
    /// <summary>Stretches each side by a factor of its own.</summary>
    public static AffineMap Scaling(double x, double y) => new(x, 0, 0, 0, y, 0);

    /// <summary>First the other map, then this one.</summary>
    public AffineMap After(AffineMap first) =>
        new(
            (Xx * first.Xx) + (Xy * first.Yx),
            (Xx * first.Xy) + (Xy * first.Yy),
            (Xx * first.X0) + (Xy * first.Y0) + X0,
            (Yx * first.Xx) + (Yy * first.Yx),
            (Yx * first.Xy) + (Yy * first.Yy),
            (Yx * first.X0) + (Yy * first.Y0) + Y0
        );

    public (double X, double Y) Map(double x, double y) => ((Xx * x) + (Xy * y) + X0, (Yx * x) + (Yy * y) + Y0);
}
