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

    private bool KeepsRows => D == 0 && E == 1 && F == 0;

    private bool KeepsColumns => A == 1 && B == 0 && C == 0;

    /// <summary>Transforms in place; what comes from outside the picture takes the colour <paramref name="fill"/>.</summary>
    /// <param name="pixels">Receives [3, S, S], or [1, S, S] where all channels are and stay equal.</param>
    /// <param name="size">Side S.</param>
    /// <param name="fill">Red, green, blue.</param>
    /// <param name="planes">Planes given. Of one, a grey picture, the others are made: resampled once, it is only the fill that tells them apart.</param>
    public void Apply(Span<byte> pixels, int size, ReadOnlySpan<byte> fill, int planes = 3)
    {
        var plane = size * size;
        var picture = new PaddedPicture(pixels[..(planes * plane)], size, planes);
        var buffer = ArrayPool<Sample>.Shared.Rent(size);
        for (var y = 0; y < size; y++)
        {
            var (begin, end) = Locate(y, size, picture.Stride, buffer);
            var samples = buffer.AsSpan(begin, end - begin);
            for (var channel = 0; channel < pixels.Length / plane; channel++)
            {
                var row = pixels.Slice(channel * plane + y * size, size);
                row[..begin].Fill(fill[channel]);
                row[end..].Fill(fill[channel]);
                if (channel < planes) Interpolate(picture.Plane(channel), picture.Stride, samples, row[begin..end]);
                else pixels.Slice(y * size + begin, samples.Length).CopyTo(row[begin..]);
            }
        }
        ArrayPool<Sample>.Shared.Return(buffer);
        picture.Return();
    }

    /// <summary>
    /// Where the pixels of output row <paramref name="y"/> come from. Rounded sums are as monotonic as exact ones,
    /// so those inside the picture are one stretch [Begin, End) of the row; only their samples are set.
    /// </summary>
    private (int Begin, int End) Locate(int y, int size, int stride, Span<Sample> samples)
    {
        var begin = 0;
        while (begin < size && !Source(begin, y, size, out _, out _)) begin++;
        var end = begin;
        for (; end < size && Source(end, y, size, out var sourceX, out var sourceY); end++)
        {
            double positionX = sourceX - 0.5, positionY = sourceY - 0.5;
            double column = Math.Floor(positionX), row = Math.Floor(positionY);
            samples[end] = new Sample(((int)row + 1) * stride + (int)column + 1, positionX - column, positionY - row);
        }
        return (begin, end);
    }

    private bool Source(int x, int y, int size, out double sourceX, out double sourceY)
    {
        sourceX = A * (x + 0.5) + B * (y + 0.5) + C;
        sourceY = D * (x + 0.5) + E * (y + 0.5) + F;
        return sourceX >= 0 && sourceX < size && sourceY >= 0 && sourceY < size;
    }

    // Four of the five operations move along one axis only. Along the other every position is a whole pixel, where the cubic is that pixel
    // to the last bit: four samples then do the work of sixteen.
    private void Interpolate(ReadOnlySpan<byte> plane, int stride, ReadOnlySpan<Sample> samples, Span<byte> row)
    {
        if (KeepsRows)
        {
            for (var i = 0; i < row.Length; i++) row[i] = Truncate(Along(plane[(samples[i].Offset + stride)..], samples[i].X));
        }
        else if (KeepsColumns)
        {
            for (var i = 0; i < row.Length; i++) row[i] = Truncate(Across(plane[(samples[i].Offset + 1)..], stride, samples[i].Y));
        }
        else
        {
            for (var i = 0; i < row.Length; i++) row[i] = Truncate(Around(plane[samples[i].Offset..], stride, samples[i]));
        }
    }

    private static double Along(ReadOnlySpan<byte> row, double d) => Cubic(row[0], row[1], row[2], row[3], d);

    private static double Across(ReadOnlySpan<byte> column, int stride, double d) =>
        Cubic(column[0], column[stride], column[2 * stride], column[3 * stride], d);

    private static double Around(ReadOnlySpan<byte> corner, int stride, Sample sample) => Cubic(
        Along(corner, sample.X),
        Along(corner[stride..], sample.X),
        Along(corner[(2 * stride)..], sample.X),
        Along(corner[(3 * stride)..], sample.X),
        sample.Y);

    /// <summary>Keys' cubic between b and c with a = -1: PIL's transforms use this one, its resizing a = -0.5.</summary>
    private static double Cubic(double a, double b, double c, double e, double d)
    {
        var linear = c - a;
        var square = 2 * (a - b) + c - e;
        var cube = b - a - c + e;
        return b + d * (linear + d * (square + d * cube));
    }

    /// <summary>The same of bytes: their coefficients are small integers, exact in either type and quicker here.</summary>
    private static double Cubic(byte a, byte b, byte c, byte e, double d)
    {
        var linear = c - a;
        var square = 2 * (a - b) + c - e;
        var cube = b - a - c + e;
        return b + d * (linear + d * (square + d * cube));
    }

    // Truncated as PIL does; the value is within a few hundred of the range, so the conversion needs no care for overflow.
    private static byte Truncate(double value) => (byte)Math.Clamp(double.ConvertToIntegerNative<int>(value), 0, 255);

    /// <summary>Where an output pixel comes from: its upper left neighbour of 4 x 4 in a padded plane, and how far it lies beyond the second, in [0, 1).</summary>
    private readonly record struct Sample(int Offset, double X, double Y);
}
