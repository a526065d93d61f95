using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Attribution;

/// <summary>
/// Grey noise of 32 x 32 pixels with a square of 12 somewhere in it, reddish for the one class and bluish for the other: what matters
/// has a place.
/// </summary>
internal sealed class PatchFaces(int count) : IFaceSource
{
    public const int Side = 32;
    public const int Square = 12;

    public int Count => count;

    public PlanarImage Read(int index)
    {
        var random = new CounterRandom(2, RandomPurpose.Synthesis, 0, index);
        var (top, left) = CornerOf(index);
        var pixels = new byte[3 * Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            int channel = i / (Side * Side),
                row = i / Side % Side,
                column = i % Side;
            var inside = row >= top && row < top + Square && column >= left && column < left + Square;
            var colour =
                !inside ? 0
                : channel == 2 * LabelOf(index) ? 90
                : -90;
            pixels[i] = (byte)(110 + colour + random.NextInt(40));
        }

        return new PlanarImage(pixels, 3, Side, Side);
    }

    public FaceBox? BoxOf(int index) => null;

    public int LabelOf(int index) => index % 2;

    /// <summary>Row and column of the square's first pixel.</summary>
    public static (int Top, int Left) CornerOf(int index)
    {
        var random = new CounterRandom(2, RandomPurpose.Synthesis, 1, index);
        return (random.NextInt(Side - Square), random.NextInt(Side - Square));
    }
}
