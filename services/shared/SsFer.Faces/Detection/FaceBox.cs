namespace SsFer.Faces.Detection;

/// <summary>
/// A box in pixels, corners in continuous coordinates: (0, 0) is the outer corner of the first pixel. It may reach beyond the picture.
/// </summary>
public readonly record struct FaceBox(float X0, float Y0, float X1, float Y1)
{
    public float Width => X1 - X0;

    public float Height => Y1 - Y0;

    public float Area => Width * Height;

    public (float X, float Y) Centre => ((X0 + X1) / 2, (Y0 + Y1) / 2);

    /// <summary>The part inside a picture of this size, or null where nothing of the box is.</summary>
    public FaceBox? ClipTo(int width, int height)
    {
        var clipped = new FaceBox(Math.Max(X0, 0), Math.Max(Y0, 0), Math.Min(X1, width), Math.Min(Y1, height));
        return clipped is { Width: > 0, Height: > 0 } ? clipped : null;
    }

    /// <summary>Intersection over union, in [0, 1]; 0 where both are empty.</summary>
    public float IntersectionOverUnion(FaceBox other)
    {
        var width = Math.Min(X1, other.X1) - Math.Max(X0, other.X0);
        var height = Math.Min(Y1, other.Y1) - Math.Max(Y0, other.Y0);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }
}

/// <summary>A point of the face in pixels, in the coordinates of <see cref="FaceBox"/>.</summary>
public readonly record struct Landmark(float X, float Y);
