using SsFer.Faces.Imaging;
using SsFer.Learning.Attribution;

namespace SsFer.Evaluation.Report;

/// <summary>A Grad-CAM drawn over its face.</summary>
internal static class HeatMap
{
    private const double Strongest = 0.75; // the face stays visible under the brightest spot

    /// <summary>From nothing over violet and orange to yellow; even in lightness, so that it reads in grey as well.</summary>
    private static readonly double[][] Stops =
    [
        [60, 15, 110],
        [140, 41, 129],
        [222, 73, 104],
        [254, 159, 109],
        [252, 253, 191],
    ];

    private static readonly byte[] Outline = [255, 255, 255];

    /// <summary>The picture tinted by its map, with a white line around the focused region.</summary>
    public static Picture Over(Picture picture, FaceExplanation explanation)
    {
        var pixels = picture.Pixels.ToArray();
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var value = At(x, y);
                var pixel = pixels.AsSpan(((y * picture.Width) + x) * 3, 3);
                if (IsFocused(x, y) && (!IsFocused(x - 1, y) || !IsFocused(x + 1, y) || !IsFocused(x, y - 1) || !IsFocused(x, y + 1)))
                {
                    Outline.CopyTo(pixel);
                }
                else
                {
                    Blend(pixel, value);
                }
            }
        }

        return new Picture(picture.Width, picture.Height, pixels);

        bool IsFocused(int x, int y) => x < 0 || y < 0 || x >= picture.Width || y >= picture.Height || At(x, y) > GradCam.FocusThreshold;

        double At(int x, int y) => Sample(explanation, (x + 0.5) / picture.Width, (y + 0.5) / picture.Height);
    }

    private static void Blend(Span<byte> pixel, double value)
    {
        var place = value * (Stops.Length - 1);
        var below = Math.Min((int)place, Stops.Length - 2);
        var opacity = Strongest * Math.Sqrt(value);
        for (var channel = 0; channel < 3; channel++)
        {
            var colour = Stops[below][channel] + ((place - below) * (Stops[below + 1][channel] - Stops[below][channel]));
            pixel[channel] = (byte)Math.Round(((1 - opacity) * pixel[channel]) + (opacity * colour));
        }
    }

    /// <summary>The map at a place in [0, 1] x [0, 1], bilinear between the centres of its pixels.</summary>
    private static double Sample(FaceExplanation explanation, double x, double y)
    {
        var last = explanation.Size - 1;
        double column = Math.Clamp((x * explanation.Size) - 0.5, 0, last),
            row = Math.Clamp((y * explanation.Size) - 0.5, 0, last);
        int left = (int)column,
            top = (int)row,
            right = Math.Min(left + 1, last),
            bottom = Math.Min(top + 1, last);
        double across = column - left,
            down = row - top;
        return ((1 - down) * (((1 - across) * Value(left, top)) + (across * Value(right, top))))
            + (down * (((1 - across) * Value(left, bottom)) + (across * Value(right, bottom))));

        double Value(int x, int y) => explanation.Map[(y * explanation.Size) + x];
    }
}
