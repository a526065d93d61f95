using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Benchmarks;

/// <summary>Decoded pictures of noise with a box: no work of a step depends on what a picture shows.</summary>
internal sealed class NoiseFaces : IFaceSource
{
    private const int Distinct = 256;

    private readonly PlanarImage[] _pictures;
    private readonly int _classes;

    public NoiseFaces(int count, int size, int classes)
    {
        (Count, _classes) = (count, classes);
        var random = new Random(1);
        _pictures =
        [
            .. Enumerable
                .Range(0, Distinct)
                .Select(_ =>
                {
                    var pixels = new byte[3 * size * size];
                    random.NextBytes(pixels);
                    return new PlanarImage(pixels, 3, size, size);
                }),
        ];
    }

    public int Count { get; }

    public PlanarImage Read(int index) => _pictures[index % Distinct];

    public FaceBox? BoxOf(int index)
    {
        float size = _pictures[0].Width,
            inset = size * (0.05f + (0.01f * (index % 16)));
        return new FaceBox(inset, inset, size - inset, size - inset);
    }

    public int LabelOf(int index) => _classes == 0 ? -1 : index % _classes;
}
