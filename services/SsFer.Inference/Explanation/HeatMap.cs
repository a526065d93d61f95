using SsFer.Faces.Alignment;
using SsFer.Faces.Imaging;

namespace SsFer.Inference.Explanation;

/// <summary>An occlusion map drawn over a face's box.</summary>
internal static class HeatMap
{
    /// <summary>Finer than the covers, and small on the wire.</summary>
    private const int LongestSide = 96;

    /// <summary>Less than rounding: no part matters.</summary>
    private const float SmallestDrop = 1e-6f;

    /// <param name="map">In pixels of the face as the model saw it.</param>
    /// <param name="box">In pixels of the picture.</param>
    /// <param name="placement">From pixels of the picture to those of the face, turned as it was.</param>
    /// <returns>A grey PNG.</returns>
    public static byte[] Draw(OcclusionMap map, PixelBox box, AffineMap placement)
    {
        var (wide, high) = (box.Right - box.Left, box.Bottom - box.Top);
        var scale = LongestSide / Math.Max(1, Math.Max(wide, high));
        var (width, height) = (SideOf(wide * scale), SideOf(high * scale));
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = placement.Map(box.Left + (((i % width) + 0.5) * wide / width), box.Top + (((i / width) + 0.5) * high / height));
            var level = map.Largest < SmallestDrop ? 0 : map.At(x, y) / map.Largest;
            pixels.AsSpan(3 * i, 3).Fill((byte)MathF.Round(byte.MaxValue * level));
        }

        return new Picture(width, height, pixels).EncodePng();
    }

    private static int SideOf(float length) => Math.Clamp((int)MathF.Round(length), 1, LongestSide);
}
