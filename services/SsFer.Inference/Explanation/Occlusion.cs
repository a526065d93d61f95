using SsFer.Faces.Imaging;
using SsFer.Inference.Models;

namespace SsFer.Inference.Explanation;

/// <summary>
/// Which parts of a face an answer rests on, found by covering them one after another (Zeiler and Fergus, "Visualizing and
/// Understanding Convolutional Networks", 2014, section 4.2). It needs nothing but answers, so that it holds for models of every
/// architecture and for exactly the file that is served.
/// </summary>
internal static class Occlusion
{
    /// <summary>How the answer calls it.</summary>
    public const string Method = "occlusion";

    /// <summary>Places of the cover along a side.</summary>
    public const int Places = 7;

    /// <summary>The cover's share of a side: a quarter, so that neighbouring places overlap by half.</summary>
    private const int CoversPerSide = 4;

    /// <summary>Small, for a request that is over its time stops between two of them.</summary>
    private const int BatchSize = 16;

    /// <summary>Bytes that one study holds: a batch of pictures as bytes and as floats.</summary>
    public static long WorkingBytes(int size) => BatchSize * 3L * size * size * (sizeof(byte) + sizeof(float));

    /// <summary>Runs the model once for every place of the cover, 49 times.</summary>
    /// <param name="model">The model that answered.</param>
    /// <param name="face">What it saw, Size x Size pixels.</param>
    /// <param name="expected">Index of the class, and the probability that it has when nothing is covered.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static OcclusionMap Study(
        ExpressionModel model,
        Picture face,
        (int Class, float Probability) expected,
        CancellationToken cancellationToken
    )
    {
        var side = Math.Max(1, face.Width / CoversPerSide);
        var colour = MeanColour(face);
        var covered = Enumerable
            .Range(0, Places * Places)
            .Select(place =>
                Cover(face, StartOf(place % Places, face.Width, side), StartOf(place / Places, face.Height, side), side, colour)
            );
        var drops = new List<float>(Places * Places);
        foreach (var batch in covered.Chunk(BatchSize))
        {
            drops.AddRange(
                model.Classify(batch, cancellationToken).Select(answer => Math.Max(0, expected.Probability - answer[expected.Class]))
            );
        }

        return new OcclusionMap(drops, face.Width, side);
    }

    private static int StartOf(int place, int length, int side) => (int)Math.Round((double)place * (length - side) / (Places - 1));

    /// <summary>The face with a square of one colour on it.</summary>
    private static Picture Cover(Picture face, int left, int top, int side, byte[] colour)
    {
        var pixels = face.Pixels.ToArray();
        for (var y = top; y < top + side; y++)
        {
            for (var x = left; x < left + side; x++)
            {
                colour.CopyTo(pixels.AsSpan(((y * face.Width) + x) * colour.Length));
            }
        }

        return new Picture(face.Width, face.Height, pixels);
    }

    /// <summary>The face's own mean: a foreign colour would be something to see.</summary>
    private static byte[] MeanColour(Picture face)
    {
        var sums = new long[3];
        for (var i = 0; i < face.Pixels.Length; i++)
        {
            sums[i % 3] += face.Pixels[i];
        }

        return [.. sums.Select(sum => (byte)(sum * 3 / face.Pixels.Length))];
    }
}

/// <summary>What covering each place of a face takes from its class's probability.</summary>
/// <param name="drops">[Places, Places], row by row, none below 0.</param>
/// <param name="size">Side of the face in pixels.</param>
/// <param name="cover">Side of the cover in pixels.</param>
internal sealed class OcclusionMap(IReadOnlyList<float> drops, int size, int cover)
{
    public float Largest { get; } = drops.Max();

    /// <summary>The drop at a point of the face, bilinear between the middles of the covers; 0 outside of the face.</summary>
    public float At(double x, double y)
    {
        if (x < 0 || y < 0 || x >= size || y >= size)
        {
            return 0;
        }

        var (column, row) = (PlaceOf(x), PlaceOf(y));
        var (left, top) = (Math.Min((int)column, Occlusion.Places - 2), Math.Min((int)row, Occlusion.Places - 2));
        return float.Lerp(Along(top), Along(top + 1), (float)(row - top));

        float Along(int line) =>
            float.Lerp(drops[(line * Occlusion.Places) + left], drops[(line * Occlusion.Places) + left + 1], (float)(column - left));
    }

    private double PlaceOf(double position) =>
        Math.Clamp((position - (cover / 2.0)) * (Occlusion.Places - 1) / (size - cover), 0, Occlusion.Places - 1);
}
