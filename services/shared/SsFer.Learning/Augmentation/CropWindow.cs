using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>A window of whole pixels in a picture.</summary>
public readonly record struct CropWindow(int Top, int Left, int Height, int Width)
{
    // A box that only touches the window keeps a width of some 1e-7 by rounding; no face is a hundredth of a pixel wide.
    private const float Sliver = 1e-5f;

    public static CropWindow Whole(PlanarImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return new CropWindow(0, 0, picture.Height, picture.Width);
    }

    /// <summary>
    /// RandomResizedCrop's window (torchvision's algorithm): up to ten tries of a uniform share of the area and a log-uniform
    /// ratio of width to height; where none fits, the largest central window of a permitted ratio.
    /// </summary>
    public static CropWindow Draw(CounterRandom random, int height, int width, CropSettings settings)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(settings);
        var logMin = Math.Log(settings.RatioMin);
        var logMax = Math.Log(settings.RatioMax);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var area = height * width * random.NextDouble(settings.ScaleMin, settings.ScaleMax);
            var ratio = Math.Exp(random.NextDouble(logMin, logMax));
            var w = (int)Math.Round(Math.Sqrt(area * ratio));
            var h = (int)Math.Round(Math.Sqrt(area / ratio));
            if (w <= 0 || w > width || h <= 0 || h > height)
            {
                continue;
            }

            var top = random.NextInt(height - h + 1);
            var left = random.NextInt(width - w + 1);
            return new CropWindow(top, left, h, w);
        }
        return Central(height, width, settings);
    }

    /// <summary>
    /// A face's box in units of a view's sides: seen through this window, mirrored, clipped to the view. No box, or nothing left of it,
    /// gives <see cref="FaceBox.Fallback"/>.
    /// </summary>
    /// <param name="box">In units of the whole picture's sides.</param>
    /// <param name="height">Height of the whole picture in pixels.</param>
    /// <param name="width">Width of the whole picture in pixels.</param>
    /// <param name="flip">Whether the view is mirrored left to right after the crop.</param>
    public FaceBox BoxInView(FaceBox? box, int height, int width, bool flip)
    {
        if (box is not { } b)
        {
            return FaceBox.Fallback;
        }

        var moved = new FaceBox(
            (b.X0 * width - Left) / Width,
            (b.Y0 * height - Top) / Height,
            (b.X1 * width - Left) / Width,
            (b.Y1 * height - Top) / Height
        );
        var seen = (flip ? moved with { X0 = 1 - moved.X1, X1 = 1 - moved.X0 } : moved).ClipTo(1, 1);
        return seen is { Width: > Sliver, Height: > Sliver } ? seen.Value : FaceBox.Fallback;
    }

    internal static CropWindow Central(int height, int width, CropSettings settings)
    {
        var ratio = (double)width / height;
        var h = ratio < settings.RatioMin ? (int)Math.Round(width / settings.RatioMin) : height;
        var w = ratio > settings.RatioMax ? (int)Math.Round(height * settings.RatioMax) : width;
        return new CropWindow((height - h) / 2, (width - w) / 2, h, w);
    }
}
