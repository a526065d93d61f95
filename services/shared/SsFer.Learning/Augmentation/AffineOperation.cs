using System.Buffers;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// A geometric operation by its inverse map: the centre (x, y) of an output pixel comes from (A x + B y + C, D x + E y + F) of the input.
/// Same matrices and sampling as PIL under timm: a rotation turns about the centre, a shear leaves the left or upper edge in place.
/// </summary>
internal readonly record struct AffineOperation(double A, double B, double C, double D, double E, double F)
{
    /// <summary>Counter-clockwise by <paramref name="degrees"/> about the centre of a picture of side <paramref name="size"/>.</summary>
    public static AffineOperation Rotation(double degrees, int size)
    {
        var (sin, cos) = Math.SinCos(-degrees * Math.PI / 180);
        var centre = size / 2.0;
        return new(cos, sin, centre - cos * centre - sin * centre, -sin, cos, centre + sin * centre - cos * centre);
    }

    public static AffineOperation ShearX(double factor) => new(1, factor, 0, 0, 1, 0);

    public static AffineOperation ShearY(double factor) => new(1, 0, 0, factor, 1, 0);

    /// <summary>The picture moves left by <paramref name="pixels"/>.</summary>
    public static AffineOperation TranslateX(double pixels) => new(1, 0, pixels, 0, 1, 0);

    /// <summary>The picture moves up by <paramref name="pixels"/>.</summary>
    public static AffineOperation TranslateY(double pixels) => new(1, 0, 0, 0, 1, pixels);

    /// <summary>Transforms [3, S, S] in place; what comes from outside the picture takes the colour <paramref name="fill"/>.</summary>
    public void Apply(Span<byte> pixels, int size, ReadOnlySpan<byte> fill)
    {
        var plane = size * size;
        var buffer = ArrayPool<byte>.Shared.Rent(pixels.Length);
        var source = buffer.AsSpan(0, pixels.Length);
        pixels.CopyTo(source);
        Span<int> columns = stackalloc int[4];
        Span<int> rows = stackalloc int[4];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var sourceX = A * (x + 0.5) + B * (y + 0.5) + C;
                var sourceY = D * (x + 0.5) + E * (y + 0.5) + F;
                var inside = sourceX >= 0 && sourceX < size && sourceY >= 0 && sourceY < size;
                if (!inside)
                {
                    for (var channel = 0; channel < 3; channel++) pixels[channel * plane + y * size + x] = fill[channel];
                    continue;
                }
                var dx = Neighbours(sourceX - 0.5, size, columns);
                var dy = Neighbours(sourceY - 0.5, size, rows);
                for (var channel = 0; channel < 3; channel++)
                {
                    var input = source.Slice(channel * plane, plane);
                    var value = Cubic(
                        Along(input.Slice(rows[0] * size, size), columns, dx),
                        Along(input.Slice(rows[1] * size, size), columns, dx),
                        Along(input.Slice(rows[2] * size, size), columns, dx),
                        Along(input.Slice(rows[3] * size, size), columns, dx),
                        dy);
                    pixels[channel * plane + y * size + x] = (byte)Math.Clamp(value, 0, 255); // truncated, as PIL does
                }
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The four samples around a position, the edge repeated, and how far the position lies beyond the second.</summary>
    private static double Neighbours(double position, int size, Span<int> indices)
    {
        var floor = (int)Math.Floor(position);
        for (var i = 0; i < 4; i++) indices[i] = Math.Clamp(floor - 1 + i, 0, size - 1);
        return position - floor;
    }

    private static double Along(ReadOnlySpan<byte> row, ReadOnlySpan<int> columns, double d) =>
        Cubic(row[columns[0]], row[columns[1]], row[columns[2]], row[columns[3]], d);

    /// <summary>Keys' cubic between b and c with a = -1: PIL's transforms use this one, its resizing a = -0.5.</summary>
    private static double Cubic(double a, double b, double c, double e, double d)
    {
        var linear = c - a;
        var square = 2 * (a - b) + c - e;
        var cube = b - a - c + e;
        return b + d * (linear + d * (square + d * cube));
    }
}
