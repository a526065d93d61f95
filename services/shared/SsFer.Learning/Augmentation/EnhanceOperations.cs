using System.Buffers;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// Operations that blend with a degenerate picture, in place on [planes, S, S], one plane for grey; PIL's ImageEnhance.
/// Factor 1 changes nothing, 0 gives the degenerate picture, above 1 moves away from it.
/// </summary>
internal static class EnhanceOperations
{
    /// <summary>Away from black.</summary>
    public static void Brightness(Span<byte> pixels, float factor) => BlendAll(0, pixels, factor);

    /// <summary>Away from the picture's mean grey, rounded to a byte.</summary>
    public static void Contrast(Span<byte> pixels, float factor, int planes = 3)
    {
        var sum = planes == 1 ? SumOfBytes(pixels) : SumOfGreys(pixels);
        var mean = (byte)((double)sum / (pixels.Length / planes) + 0.5);
        BlendAll(mean, pixels, factor);
    }

    /// <summary>Away from each pixel's own grey; a grey picture would not change, so three planes are always meant.</summary>
    public static void Color(Span<byte> pixels, float factor)
    {
        var plane = pixels.Length / 3;
        Span<byte> red = pixels[..plane],
            green = pixels.Slice(plane, plane),
            blue = pixels[(2 * plane)..];
        for (var i = 0; i < red.Length; i++)
        {
            var grey = Grey(red[i], green[i], blue[i]);
            red[i] = Blend(grey, red[i], factor);
            green[i] = Blend(grey, green[i], factor);
            blue[i] = Blend(grey, blue[i], factor);
        }
    }

    /// <summary>
    /// Away from the smoothed picture: the mean of 3 x 3 pixels whose centre weighs 5. Border pixels are not smoothed and so do not change.
    /// </summary>
    public static void Sharpness(Span<byte> pixels, int size, float factor, int planes = 3)
    {
        if (size < 3)
        {
            return;
        }

        var plane = size * size;
        var buffer = ArrayPool<byte>.Shared.Rent(plane);
        var source = buffer.AsSpan(0, plane);
        for (var channel = 0; channel < planes; channel++)
        {
            var target = pixels.Slice(channel * plane, plane);
            target.CopyTo(source);
            for (var y = 1; y < size - 1; y++)
            {
                ReadOnlySpan<byte> above = source.Slice((y - 1) * size, size),
                    here = source.Slice(y * size, size),
                    under = source.Slice((y + 1) * size, size);
                var row = target.Slice(y * size, size);
                int left = above[0] + here[0] + under[0],
                    middle = above[1] + here[1] + under[1];
                for (var x = 1; x < row.Length - 1; x++)
                {
                    var right = above[x + 1] + here[x + 1] + under[x + 1];
                    var sum = left + middle + right + 4 * here[x];
                    (left, middle) = (middle, right); // each column is summed once, not three times
                    row[x] = Blend((byte)((2 * sum + 13) / 26), here[x], factor); // sum / 13 rounded
                }
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static long SumOfBytes(ReadOnlySpan<byte> plane)
    {
        var sum = 0L;
        foreach (var value in plane)
        {
            sum += value;
        }

        return sum;
    }

    private static long SumOfGreys(ReadOnlySpan<byte> pixels)
    {
        var plane = pixels.Length / 3;
        ReadOnlySpan<byte> red = pixels[..plane],
            green = pixels.Slice(plane, plane),
            blue = pixels[(2 * plane)..];
        var sum = 0L;
        for (var i = 0; i < red.Length; i++)
        {
            sum += Grey(red[i], green[i], blue[i]);
        }

        return sum;
    }

    /// <summary>
    /// Luma of ITU-R 601 in 16-bit fixed point, rounded, as PIL's conversion to "L". The weights sum to 2^16: three equal values are
    /// their own grey.
    /// </summary>
    private static byte Grey(byte red, byte green, byte blue) => (byte)((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);

    private static void BlendAll(byte degenerate, Span<byte> pixels, float factor)
    {
        Span<byte> table = stackalloc byte[LookupOperations.Levels];
        for (var v = 0; v < table.Length; v++)
        {
            table[v] = Blend(degenerate, (byte)v, factor);
        }

        LookupOperations.Map(pixels, table);
    }

    /// <summary>Truncated, not rounded, and clipped: PIL's Image.blend in single precision.</summary>
    private static byte Blend(byte degenerate, byte value, float factor)
    {
        var blended = degenerate + factor * (value - degenerate);
        return (byte)Math.Clamp(float.ConvertToIntegerNative<int>(blended), 0, 255);
    }
}
