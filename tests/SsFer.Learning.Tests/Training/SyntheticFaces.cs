using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Training;

/// <summary>
/// Pictures of 32 x 32 made from their index: stripes whose direction and colour are the class, under noise; every fifth has no box.
/// </summary>
internal sealed class SyntheticFaces(int count, int classes, bool labelled = true) : IFaceSource
{
    private const int Side = 32;

    private readonly PlanarImage[] _pictures = [.. Enumerable.Range(0, count).Select(index => Draw(index, index % classes))];

    public int Count => count;

    public PlanarImage Read(int index) => _pictures[index];

    public FaceBox? BoxOf(int index)
    {
        var random = new CounterRandom(1, RandomPurpose.Synthesis, 1, index);
        float x = (float)random.NextDouble(0, 0.4),
            y = (float)random.NextDouble(0, 0.4);
        return index % 5 == 0 ? null : new FaceBox(x, y, x + 0.5f, y + 0.5f);
    }

    public int LabelOf(int index) => labelled ? index % classes : -1;

    private static PlanarImage Draw(int index, int label)
    {
        var random = new CounterRandom(1, RandomPurpose.Synthesis, 0, index);
        var pixels = new byte[3 * Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            int channel = i / (Side * Side),
                row = i / Side % Side,
                column = i % Side;
            var bright = (label & 1) == 0 ? row / 4 % 2 == 0 : column / 4 % 2 == 0;
            var coloured = channel == label >> 1;
            pixels[i] = (byte)((bright ? 130 : 30) + (coloured ? 40 : 0) + random.NextInt(50));
        }

        return new PlanarImage(pixels, 3, Side, Side);
    }
}
