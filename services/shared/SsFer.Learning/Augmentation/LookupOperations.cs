namespace SsFer.Learning.Augmentation;

/// <summary>Operations that map each byte by a table, in place on [planes, S, S], one plane for grey; PIL's ImageOps.</summary>
internal static class LookupOperations
{
    public const int Levels = 256;

    public static void Invert(Span<byte> pixels)
    {
        foreach (ref var value in pixels)
        {
            value = (byte)(255 - value);
        }
    }

    /// <summary>Keeps the upper <paramref name="bits"/> bits of each value; none leaves black.</summary>
    public static void Posterize(Span<byte> pixels, int bits)
    {
        var mask = (byte)(0xFF << (8 - bits));
        foreach (ref var value in pixels)
        {
            value &= mask;
        }
    }

    /// <summary>Inverts the values from <paramref name="threshold"/> up.</summary>
    public static void Solarize(Span<byte> pixels, int threshold)
    {
        Span<byte> table = stackalloc byte[Levels]; // a branch on each pixel would be guessed wrong too often
        for (var v = 0; v < Levels; v++)
        {
            table[v] = (byte)(v >= threshold ? 255 - v : v);
        }

        Map(pixels, table);
    }

    /// <summary>Adds to the values below 128 (timm).</summary>
    public static void SolarizeAdd(Span<byte> pixels, int addend)
    {
        Span<byte> table = stackalloc byte[Levels];
        for (var v = 0; v < Levels; v++)
        {
            table[v] = (byte)(v < 128 ? Math.Min(255, v + addend) : v);
        }

        Map(pixels, table);
    }

    /// <summary>Stretches each channel's range to [0, 255]; a channel of one value stays.</summary>
    public static void AutoContrast(Span<byte> pixels, int planes = 3)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (var channel = 0; channel < planes; channel++)
        {
            var plane = Plane(pixels, channel, planes);
            Count(plane, histogram);
            var low = histogram.IndexOfAnyExcept(0);
            var high = histogram.LastIndexOfAnyExcept(0);
            if (high <= low)
            {
                continue;
            }

            var scale = 255.0 / (high - low);
            var offset = -low * scale;
            for (var v = 0; v < Levels; v++)
            {
                table[v] = (byte)Math.Clamp((int)(v * scale + offset), 0, 255);
            }

            Map(plane, table);
        }
    }

    /// <summary>Flattens each channel's histogram, with PIL's integer step; a channel of one value stays.</summary>
    public static void Equalize(Span<byte> pixels, int planes = 3)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (var channel = 0; channel < planes; channel++)
        {
            var plane = Plane(pixels, channel, planes);
            Count(plane, histogram);
            // The brightest level present takes no part in the step: it ends at 255 whatever its share.
            var step = (plane.Length - histogram[histogram.LastIndexOfAnyExcept(0)]) / 255;
            if (step == 0)
            {
                continue;
            }

            var below = step / 2;
            for (var v = 0; v < Levels; v++)
            {
                table[v] = (byte)Math.Min(255, below / step);
                below += histogram[v];
            }
            Map(plane, table);
        }
    }

    /// <summary>Replaces each value by its entry.</summary>
    public static void Map(Span<byte> pixels, ReadOnlySpan<byte> table)
    {
        table = table[..Levels]; // a byte is always inside: no check a pixel
        foreach (ref var value in pixels)
        {
            value = table[value];
        }
    }

    private static Span<byte> Plane(Span<byte> pixels, int channel, int planes)
    {
        var length = pixels.Length / planes;
        return pixels.Slice(channel * length, length);
    }

    private static void Count(ReadOnlySpan<byte> plane, Span<int> histogram)
    {
        histogram.Clear();
        foreach (var value in plane)
        {
            histogram[value]++;
        }
    }
}
