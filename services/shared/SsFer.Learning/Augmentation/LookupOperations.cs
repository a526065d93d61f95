namespace SsFer.Learning.Augmentation;

/// <summary>Operations that map each byte by a table, in place on [3, S, S]; PIL's ImageOps.</summary>
internal static class LookupOperations
{
    private const int Levels = 256;

    public static void Invert(Span<byte> pixels)
    {
        foreach (ref var value in pixels) value = (byte)(255 - value);
    }

    /// <summary>Keeps the upper <paramref name="bits"/> bits of each value; none leaves black.</summary>
    public static void Posterize(Span<byte> pixels, int bits)
    {
        var mask = (byte)(0xFF << (8 - bits));
        foreach (ref var value in pixels) value &= mask;
    }

    /// <summary>Inverts the values from <paramref name="threshold"/> up.</summary>
    public static void Solarize(Span<byte> pixels, int threshold)
    {
        foreach (ref var value in pixels)
        {
            if (value >= threshold) value = (byte)(255 - value);
        }
    }

    /// <summary>Adds to the values below 128 (timm).</summary>
    public static void SolarizeAdd(Span<byte> pixels, int addend)
    {
        foreach (ref var value in pixels)
        {
            if (value < 128) value = (byte)Math.Min(255, value + addend);
        }
    }

    /// <summary>Stretches each channel's range to [0, 255]; a channel of one value stays.</summary>
    public static void AutoContrast(Span<byte> pixels)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = Plane(pixels, channel);
            Count(plane, histogram);
            var low = histogram.IndexOfAnyExcept(0);
            var high = histogram.LastIndexOfAnyExcept(0);
            if (high <= low) continue;
            var scale = 255.0 / (high - low);
            var offset = -low * scale;
            for (var v = 0; v < Levels; v++) table[v] = (byte)Math.Clamp((int)(v * scale + offset), 0, 255);
            Map(plane, table);
        }
    }

    /// <summary>Flattens each channel's histogram, with PIL's integer step; a channel of one value stays.</summary>
    public static void Equalize(Span<byte> pixels)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = Plane(pixels, channel);
            Count(plane, histogram);
            // The brightest level present takes no part in the step: it ends at 255 whatever its share.
            var step = (plane.Length - histogram[histogram.LastIndexOfAnyExcept(0)]) / 255;
            if (step == 0) continue;
            var below = step / 2;
            for (var v = 0; v < Levels; v++)
            {
                table[v] = (byte)Math.Min(255, below / step);
                below += histogram[v];
            }
            Map(plane, table);
        }
    }

    private static Span<byte> Plane(Span<byte> pixels, int channel)
    {
        var length = pixels.Length / 3;
        return pixels.Slice(channel * length, length);
    }

    private static void Count(ReadOnlySpan<byte> plane, Span<int> histogram)
    {
        histogram.Clear();
        foreach (var value in plane) histogram[value]++;
    }

    private static void Map(Span<byte> plane, ReadOnlySpan<byte> table)
    {
        foreach (ref var value in plane) value = table[value];
    }
}
