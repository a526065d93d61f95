using System.Runtime.Intrinsics;

namespace SsFer.Learning.Augmentation;

/// <summary>Four places between the pixels of a padded plane.</summary>
/// <param name="First">Index of the upper left of the 4 x 4 pixels around the first place.</param>
/// <param name="Second">The same of the second.</param>
/// <param name="Third">The same of the third.</param>
/// <param name="Fourth">The same of the fourth.</param>
/// <param name="X">How far each place lies right of the second of its columns, in [0, 1).</param>
/// <param name="Y">How far each place lies below the second of its rows, in [0, 1).</param>
internal readonly record struct CubicTaps(int First, int Second, int Third, int Fourth, Vector256<double> X, Vector256<double> Y)
{
    /// <summary>Places by their distance from the centre of the picture's pixel (0, 0).</summary>
    public static CubicTaps At(Vector256<double> x, Vector256<double> y, int stride)
    {
        Vector256<double> column = Vector256.Floor(x),
            row = Vector256.Floor(y);
        // One pixel up and left of it, which the padding of two makes one down and right: whole numbers, exact in this type.
        var corner = (row + Vector256<double>.One) * stride + column + Vector256<double>.One;
        return new CubicTaps(Index(corner[0]), Index(corner[1]), Index(corner[2]), Index(corner[3]), x - column, y - row);
    }

    private static int Index(double value) => double.ConvertToIntegerNative<int>(value);
}
