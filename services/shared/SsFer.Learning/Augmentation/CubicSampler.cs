using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// PIL's bicubic interpolation of bytes at arbitrary places, four at a time: rows first, then down the column, in double precision and
/// in PIL's order of operations, so that what truncation makes of the result is the same byte.
/// </summary>
/// <param name="stride">Length of a row of the padded plane.</param>
/// <param name="alongRows">Every place lies on a row: its cubic down the column is that row's value to the last bit, so one row does
/// for four.</param>
/// <param name="alongColumns">Every place lies on a column.</param>
/// <remarks>Inlining is asked for: across a call every vector would go through memory.</remarks>
internal readonly struct CubicSampler(int stride, bool alongRows, bool alongColumns)
{
    /// <summary>Reads the value at each place; <paramref name="row"/> takes as many as it is long.</summary>
    public void Sample(ReadOnlySpan<double> plane, ReadOnlySpan<CubicTaps> places, Span<byte> row)
    {
        Span<byte> last = stackalloc byte[4];
        for (var i = 0; i < places.Length; i++)
        {
            var values =
                alongRows ? Along(plane, places[i], stride)
                : alongColumns ? Across(plane, places[i])
                : Around(plane, places[i]);
            var target = row[(4 * i)..];
            if (target.Length >= 4)
            {
                Truncate(values, target);
                continue;
            }
            Truncate(values, last);
            last[..target.Length].CopyTo(target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Around(ReadOnlySpan<double> plane, in CubicTaps places) =>
        Cubic(
            Along(plane, places, 0),
            Along(plane, places, stride),
            Along(plane, places, 2 * stride),
            Along(plane, places, 3 * stride),
            places.Y
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Across(ReadOnlySpan<double> plane, in CubicTaps places) =>
        Cubic(
            Pixels(plane, places, 1),
            Pixels(plane, places, 1 + stride),
            Pixels(plane, places, 1 + 2 * stride),
            Pixels(plane, places, 1 + 3 * stride),
            places.Y
        );

    /// <summary>Interpolates along the row that lies <paramref name="skip"/> beyond each place's corner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Along(ReadOnlySpan<double> plane, in CubicTaps places, int skip)
    {
        // Slices of known length: one check for four samples.
        var first = plane.Slice(places.First + skip, 4);
        var second = plane.Slice(places.Second + skip, 4);
        var third = plane.Slice(places.Third + skip, 4);
        var fourth = plane.Slice(places.Fourth + skip, 4);
        return Cubic(
            Vector256.Create(first[0], second[0], third[0], fourth[0]),
            Vector256.Create(first[1], second[1], third[1], fourth[1]),
            Vector256.Create(first[2], second[2], third[2], fourth[2]),
            Vector256.Create(first[3], second[3], third[3], fourth[3]),
            places.X
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Pixels(ReadOnlySpan<double> plane, in CubicTaps places, int skip) =>
        Vector256.Create(plane[places.First + skip], plane[places.Second + skip], plane[places.Third + skip], plane[places.Fourth + skip]);

    /// <summary>Keys' cubic between b and c with a = -1: PIL's transforms use this one, its resizing a = -0.5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Cubic(
        Vector256<double> a,
        Vector256<double> b,
        Vector256<double> c,
        Vector256<double> e,
        Vector256<double> d
    )
    {
        var linear = c - a;
        var square = (a - b) * 2 + c - e;
        var cube = b - a - c + e;
        return b + d * (linear + d * (square + d * cube));
    }

    // Truncated, as PIL does.
    private static void Truncate(Vector256<double> values, Span<byte> target)
    {
        values = Vector256.ClampNative(values, Vector256<double>.Zero, Vector256.Create(255.0));
        target[3] = (byte)double.ConvertToIntegerNative<int>(values[3]);
        target[2] = (byte)double.ConvertToIntegerNative<int>(values[2]);
        target[1] = (byte)double.ConvertToIntegerNative<int>(values[1]);
        target[0] = (byte)double.ConvertToIntegerNative<int>(values[0]);
    }
}
