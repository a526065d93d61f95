using SsFer.Vision.Imaging;

namespace SsFer.Vision.Alignment;

/// <summary>Catmull-Rom interpolation (Keys 1981, a = -0.5) between pixel centres; beyond the edge the edge pixel repeats.</summary>
internal static class BicubicSampler
{
    /// <summary>Fills a picture from the points of another.</summary>
    /// <param name="source">Where the colours come from.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="height">Of the result.</param>
    /// <param name="map">From the centre of a result pixel to a point of the source, both in continuous pixel coordinates.</param>
    public static Picture Sample(Picture source, int width, int height, Func<double, double, (double X, double Y)> map)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (sourceX, sourceY) = map(x + 0.5, y + 0.5);
                Interpolate(source, sourceX - 0.5, sourceY - 0.5, pixels.AsSpan((y * width + x) * 3, 3));
            }
        return new Picture(width, height, pixels);
    }

    private static void Interpolate(Picture source, double x, double y, Span<byte> colour)
    {
        var (column, row) = ((int)Math.Floor(x), (int)Math.Floor(y));
        Span<double> across = stackalloc double[4];
        Span<double> down = stackalloc double[4];
        Weights(x - column, across);
        Weights(y - row, down);
        var (red, green, blue) = (0.0, 0.0, 0.0);
        for (var j = 0; j < 4; j++)
        {
            var line = Math.Clamp(row - 1 + j, 0, source.Height - 1) * source.Width;
            for (var i = 0; i < 4; i++)
            {
                var pixel = source.Pixels.Slice((line + Math.Clamp(column - 1 + i, 0, source.Width - 1)) * 3, 3);
                var weight = down[j] * across[i];
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
            }
        }
        (colour[0], colour[1], colour[2]) = (Round(red), Round(green), Round(blue));
    }

    private static void Weights(double t, Span<double> weights)
    {
        weights[0] = ((-0.5 * t + 1) * t - 0.5) * t;
        weights[1] = (1.5 * t - 2.5) * t * t + 1;
        weights[2] = ((-1.5 * t + 2) * t + 0.5) * t;
        weights[3] = (0.5 * t - 0.5) * t * t;
    }

    private static byte Round(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
