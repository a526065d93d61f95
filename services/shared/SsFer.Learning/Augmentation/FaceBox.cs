namespace SsFer.Learning.Augmentation;

/// <summary>A face box, left-top (X0, Y0) to right-bottom (X1, Y1), in units of the picture's sides: [0, 1] is inside.</summary>
public readonly record struct FaceBox(float X0, float Y0, float X1, float Y1)
{
    // A box that only touches the window keeps a width of some 1e-7 by rounding; no face is a hundredth of a pixel wide.
    private const float Sliver = 1e-5f;

    /// <summary>Stands in where no face was found or nothing of it is left in the view: (25, 25, 220, 220) of 224, as in ref.</summary>
    public static FaceBox Fallback { get; } = new(25f / 224, 25f / 224, 220f / 224, 220f / 224);

    public float Area => Math.Max(0, X1 - X0) * Math.Max(0, Y1 - Y0);

    /// <summary>From pixels (x0, y0, x1, y1) of a stored picture; null where no face was found.</summary>
    public static FaceBox? FromPixels(IReadOnlyList<float>? box, int height, int width)
    {
        if (box is null)
        {
            return null;
        }

        if (box.Count != 4)
        {
            throw new ArgumentException($"a box has four numbers, not {box.Count}", nameof(box));
        }

        return new FaceBox(box[0] / width, box[1] / height, box[2] / width, box[3] / height);
    }

    /// <summary>Intersection over union in [0, 1]; 0 where both boxes are empty.</summary>
    public static float IntersectionOverUnion(FaceBox a, FaceBox b)
    {
        var shared = a.Clip(b).Area;
        var union = a.Area + b.Area - shared;
        return union > 0 ? Math.Clamp(shared / union, 0, 1) : 0;
    }

    /// <summary>
    /// The box in the coordinates of a view: through the crop, then the flip, clipped to the view.
    /// No box, or nothing left of it, gives <see cref="Fallback"/>.
    /// </summary>
    /// <param name="box">Box in units of the whole picture.</param>
    /// <param name="window">Crop in pixels of the picture.</param>
    /// <param name="height">Height of the whole picture in pixels.</param>
    /// <param name="width">Width of the whole picture in pixels.</param>
    /// <param name="flip">Whether the view is mirrored left to right after the crop.</param>
    public static FaceBox InView(FaceBox? box, CropWindow window, int height, int width, bool flip)
    {
        if (box is not { } b)
        {
            return Fallback;
        }

        var moved = new FaceBox(
            (b.X0 * width - window.Left) / window.Width,
            (b.Y0 * height - window.Top) / window.Height,
            (b.X1 * width - window.Left) / window.Width,
            (b.Y1 * height - window.Top) / window.Height
        );
        var clipped = (flip ? moved with { X0 = 1 - moved.X1, X1 = 1 - moved.X0 } : moved).Clip(new FaceBox(0, 0, 1, 1));
        return clipped.X1 - clipped.X0 > Sliver && clipped.Y1 - clipped.Y0 > Sliver ? clipped : Fallback;
    }

    private FaceBox Clip(FaceBox view) => new(Math.Max(X0, view.X0), Math.Max(Y0, view.Y0), Math.Min(X1, view.X1), Math.Min(Y1, view.Y1));
}
