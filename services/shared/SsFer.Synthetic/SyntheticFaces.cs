using SkiaSharp;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Synthetic;

/// <summary>A drawn face and all that is known of it, exactly. It is nobody's.</summary>
/// <param name="Picture">Size x size pixels.</param>
/// <param name="Expression">What the face shows.</param>
/// <param name="Intensity">How strongly, in (0, 1].</param>
/// <param name="Box">Around the head without hair and ears, in pixels, clipped to the picture.</param>
/// <param name="Landmarks">Right eye (left in the picture), left eye, tip of the nose, right and left corner of the mouth; in
/// pixels.</param>
public sealed record SyntheticFace(
    Picture Picture,
    FacialExpression Expression,
    double Intensity,
    FaceBox Box,
    IReadOnlyList<Landmark> Landmarks
);

/// <summary>
/// Drawn faces with seven expressions: for demonstrations and tests, and never a substitute for real ones. Expressions are made of
/// action units whose strength varies; people, pose, light and grain vary more, so that pixels alone say little (a linear model on
/// them stays below 60 %). The same seed gives the same faces, to the byte on one machine. Thread-safe.
/// </summary>
/// <param name="seed">Of all faces.</param>
/// <param name="size">Side of a picture in pixels.</param>
public sealed class SyntheticFaces(ulong seed, int size)
{
    public const int SmallestSize = 16;
    public const int LargestSize = 1024;

    private const double FaintestExpression = 0.55;

    /// <summary>Class names in the order of the class index.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. FacialExpressions.All.Select(expression => expression.ClassName)];

    public ulong Seed { get; } = seed;

    /// <summary>Side of a picture in pixels.</summary>
    public int Size { get; } =
        size is >= SmallestSize and <= LargestSize
            ? size
            : throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                $"a face can be drawn from {SmallestSize} to {LargestSize} pixels a side, not {size}"
            );

    /// <summary>Draws one face; expressions take turns by the index.</summary>
    public SyntheticFace Draw(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var expression = FacialExpressions.All[index % FacialExpressions.All.Count];
        var random = new FaceRandom(Seed, index);
        var intensity = random.Next(FaintestExpression, 1);
        var units = ActionUnits.Of(expression, intensity, random);
        var traits = FaceTraits.Draw(random);
        var pose = FacePose.Draw(random, Size);

        using var surface = SKSurface.Create(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var drawing = new FaceDrawing(surface.Canvas, pose);
        using var head = new HeadPainter(drawing, traits, units.JawDrop);
        var features = new FeaturePainter(drawing, traits, units);
        HeadPainter.PaintBackground(surface.Canvas, Size, random);
        head.PaintBehindFeatures(random);
        features.Paint();
        head.PaintBeforeFeatures();
        Camera.Light(surface.Canvas, Size, random);

        using var pixels = surface.PeekPixels();
        var bounds = head.Outline.TightBounds;
        return new SyntheticFace(
            new Picture(Size, Size, Camera.Develop(pixels.GetPixelSpan(), random)),
            expression,
            intensity,
            new FaceBox(bounds.Left, bounds.Top, bounds.Right, bounds.Bottom).ClipTo(Size, Size)!.Value,
            [.. features.Landmarks.Select(point => new Landmark(point.X, point.Y))]
        );
    }
}
