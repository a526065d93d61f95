namespace SsFer.Recipes;

/// <summary>
/// A face's box: left, top, right and bottom in continuous coordinates, where (0, 0) is the outer corner of the first pixel. In pixels
/// where faces are found and cut, in units of the picture's sides where they are learned from. It may reach beyond the picture.
/// </summary>
public readonly record struct FaceBox(float X0, float Y0, float X1, float Y1)
{
    /// <summary>
    /// Stands in where no face was found or nothing of it is left in a view: (25, 25, 220, 220) of 224, in units of the sides.
    /// </summary>
    public static FaceBox Fallback { get; } = new(25f / 224, 25f / 224, 220f / 224, 220f / 224);

    public float Width => X1 - X0;

    public float Height => Y1 - Y0;

    /// <summary>0 where the box is empty.</summary>
    public float Area => Math.Max(0, Width) * Math.Max(0, Height);

    public (float X, float Y) Centre => ((X0 + X1) / 2, (Y0 + Y1) / 2);

    /// <summary>From the four numbers that a dataset stores; null where it stores none.</summary>
    /// <exception cref="ArgumentException">There are not four numbers.</exception>
    public static FaceBox? OfNumbers(IReadOnlyList<float>? box) =>
        box switch
        {
            null => null,
            [var x0, var y0, var x1, var y1] => new FaceBox(x0, y0, x1, y1),
            _ => throw new ArgumentException($"a box has four numbers, not {box.Count}", nameof(box)),
        };

    /// <summary>The same box where a unit across is <paramref name="x"/> new ones, and a unit down <paramref name="y"/>.</summary>
    public FaceBox Scale(float x, float y) => new(X0 * x, Y0 * y, X1 * x, Y1 * y);

    /// <summary>From pixels of a picture of this size to units of its sides.</summary>
    public FaceBox InUnitsOf(int width, int height) => new(X0 / width, Y0 / height, X1 / width, Y1 / height);

    /// <summary>The part inside a picture of this size, or null where nothing of the box is.</summary>
    public FaceBox? ClipTo(float width, float height)
    {
        var clipped = Intersect(new FaceBox(0, 0, width, height));
        return clipped is { Width: > 0, Height: > 0 } ? clipped : null;
    }

    /// <summary>Intersection over union, in [0, 1]; 0 where both are empty.</summary>
    public float IntersectionOverUnion(FaceBox other)
    {
        var shared = Intersect(other).Area;
        var union = Area + other.Area - shared;
        return union > 0 ? Math.Clamp(shared / union, 0, 1) : 0;
    }

    private FaceBox Intersect(FaceBox other) =>
        new(Math.Max(X0, other.X0), Math.Max(Y0, other.Y0), Math.Min(X1, other.X1), Math.Min(Y1, other.Y1));
}
