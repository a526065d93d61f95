using System.Buffers;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// Operations that blend with a degenerate picture, in place on [3, S, S]; PIL's ImageEnhance.
/// Factor 1 changes nothing, 0 gives the degenerate picture, above 1 moves away from it.
/// </summary>
internal static class EnhanceOperations
{
    /// <summary>Away from black.</summary>
    public static void Brightness(Span<byte> pixels, float factor)
    {
        foreach (ref var value in pixels) value = Blend(0, value, factor);
    }

    /// <summary>Away from the picture's mean grey, rounded to a byte.</summary>
    public static void Contrast(Span<byte> pixels, float factor)
    {
        var plane = pixels.Length / 3;
        var sum = 0L;
        for (var i = 0; i < plane; i++) sum += Grey(pixels, i);
        var mean = (byte)((double)sum / plane + 0.5);
        foreach (ref var value in pixels) value = Blend(mean, value, factor);
    }

    /// <summary>Away from each pixel's own grey.</summary>
    public static void Color(Span<byte> pixels, float factor)
    {
        var plane = pixels.Length / 3;
        for (var i = 0; i < plane; i++)
        {
            var grey = Grey(pixels, i);
            for (var c = i; c < pixels.Length; c += plane) pixels[c] = Blend(grey, pixels[c], factor);
        }
    }

    /// <summary>
    /// Away from the smoothed picture: the mean of 3 x 3 pixels whose centre weighs 5. Border pixels are not smoothed and so do not change.
    /// </summary>
    public static void Sharpness(Span<byte> pixels, int size, float factor)
    {
        if (size < 3) return;
        var plane = size * size;
        var buffer = ArrayPool<byte>.Shared.Rent(plane);
        var source = buffer.AsSpan(0, plane);
        for (var channel = 0; channel < 3; channel++)
        {
            var target = pixels.Slice(channel * plane, plane);
            target.CopyTo(source);
            for (var y = 1; y < size - 1; y++)
            {
                ReadOnlySpan<byte> above = source.Slice((y - 1) * size, size), here = source.Slice(y * size, size), under = source.Slice((y + 1) * size, size);
                var row = target.Slice(y * size, size);
                for (var x = 1; x < size - 1; x++)
                {
                    var sum = above[x - 1] + above[x] + above[x + 1]
                        + here[x - 1] + 5 * here[x] + here[x + 1]
                        + under[x - 1] + under[x] + under[x + 1];
                    row[x] = Blend((byte)((2 * sum + 13) / 26), here[x], factor); // sum / 13 rounded
                }
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Luma of ITU-R 601 in 16-bit fixed point, rounded, as PIL's conversion to "L".</summary>
    private static byte Grey(ReadOnlySpan<byte> pixels, int index)
    {
        var plane = pixels.Length / 3;
        return (byte)((pixels[index] * 19595 + pixels[index + plane] * 38470 + pixels[index + 2 * plane] * 7471 + 0x8000) >> 16);
    }

    /// <summary>Truncated, not rounded, and clipped: PIL's Image.blend in single precision.</summary>
    private static byte Blend(byte degenerate, byte value, float factor)
    {
        var blended = degenerate + factor * (value - degenerate);
        return (byte)Math.Clamp(blended, 0, 255);
    }
}
