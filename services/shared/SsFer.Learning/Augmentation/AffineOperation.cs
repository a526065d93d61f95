using System.Buffers;
using System.Runtime.Intrinsics;

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
    /// <param name="planes">Planes given. Of one, a grey picture, the others are made: resampled once, it is only the fill that tells
    /// them apart.</param>
    public void Apply(Span<byte> pixels, int size, ReadOnlySpan<byte> fill, int planes = 3)
    {
        var plane = size * size;
        using var picture = new PaddedPicture(pixels[..(planes * plane)], size, planes);
        var sampler = new CubicSampler(picture.Stride, KeepsRows, KeepsColumns);
        var places = ArrayPool<CubicTaps>.Shared.Rent(size / 4 + 1);
        for (var y = 0; y < size; y++)
        {
            var (begin, end) = Inside(y, size);
            var wanted = places.AsSpan(0, (end - begin + 3) / 4);
            for (var i = 0; i < wanted.Length; i++)
            {
                wanted[i] = Sources(begin + 4 * i, y, size, picture.Stride);
            }

            for (var channel = 0; channel < pixels.Length / plane; channel++)
            {
                var row = pixels.Slice(channel * plane + y * size, size);
                row[..begin].Fill(fill[channel]);
                row[end..].Fill(fill[channel]);
                if (channel < planes)
                {
                    sampler.Sample(picture.Plane(channel), wanted, row[begin..end]);
                }
                else
                {
                    pixels.Slice(y * size + begin, end - begin).CopyTo(row[begin..]);
                }
            }
        }
        ArrayPool<CubicTaps>.Shared.Return(places);
    }

    /// <summary>
    /// The stretch [Begin, End) of output row <paramref name="y"/> that comes from inside the picture. It is one stretch,
    /// as the rounded sums of a source position are as monotonic along the row as exact ones.
    /// </summary>
    private (int Begin, int End) Inside(int y, int size)
    {
        var begin = 0;
        while (begin < size && !IsInside(begin, y, size))
        {
            begin++;
        }

        var end = size;
        while (end > begin && !IsInside(end - 1, y, size))
        {
            end--;
        }

        return (begin, end);
    }

    private bool IsInside(int x, int y, int size)
    {
        var sourceX = A * (x + 0.5) + B * (y + 0.5) + C;
        var sourceY = D * (x + 0.5) + E * (y + 0.5) + F;
        return sourceX >= 0 && sourceX < size && sourceY >= 0 && sourceY < size;
    }

    /// <summary>Where the pixels x to x + 3 of row y come from.</summary>
    private CubicTaps Sources(int x, int y, int size, int stride)
    {
        var centres = Vector256.Create(x + 0.5) + Vector256.Create(0.0, 1, 2, 3);
        var sourceX = centres * A + Vector256.Create(B * (y + 0.5)) + Vector256.Create(C);
        var sourceY = centres * D + Vector256.Create(E * (y + 0.5)) + Vector256.Create(F);
        // The last four of a row may reach past its end and the picture's: nobody reads those, they only have to lie somewhere in the
        // padding.
        var limit = Vector256.Create((double)size);
        var half = Vector256.Create(0.5);
        return CubicTaps.At(
            Vector256.ClampNative(sourceX, Vector256<double>.Zero, limit) - half,
            Vector256.ClampNative(sourceY, Vector256<double>.Zero, limit) - half,
            stride
        );
    }
}
