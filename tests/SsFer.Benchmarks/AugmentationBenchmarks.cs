using BenchmarkDotNet.Attributes;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Benchmarks;

/// <summary>
/// Whole views as a loader thread renders them, from pictures of the view's own size. The time is that of one view, the mean over
/// many draws: windows, flips and operations come up as often as in training.
/// </summary>
[MemoryDiagnoser]
public class AugmentationViewBenchmarks
{
    private const int Views = 256;

    private PlanarImage _picture = null!;
    private WeakView _weak = null!;
    private StrongView _strong = null!;
    private float[] _destination = null!;

    /// <summary>48 with the settings of recipe compact, 224 with the paper's.</summary>
    [Params(48, 224)]
    public int Size { get; set; }

    /// <summary>Planes of the picture: grey or colour.</summary>
    [Params(1, 3)]
    public int Planes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _picture = new PlanarImage(SmoothNoise.Planes(Planes, Size), Planes, Size, Size);
        var recipe = Size == 48 ? RecipeCatalog.Compact : RecipeCatalog.Paper;
        _weak = new WeakView(Size, recipe.Normalisation, recipe.FineTuning.Crop);
        _strong = new StrongView(Size, recipe.Normalisation, recipe.EmaTeacher.Crop, recipe.EmaTeacher.RandAugment);
        _destination = new float[3 * Size * Size];
    }

    [Benchmark(OperationsPerInvoke = Views)]
    public void WeakView() => Render(_weak);

    [Benchmark(OperationsPerInvoke = Views)]
    public void StrongView() => Render(_strong);

    private void Render(IView view)
    {
        for (var sample = 0; sample < Views; sample++)
        {
            view.Render(_picture, null, new ViewKey(1, 0, sample), _destination);
        }
    }
}

/// <summary>One RandAugment operation on a colour picture, one benchmark for each family that shares its code.</summary>
[MemoryDiagnoser]
public class AugmentationOperationBenchmarks
{
    private static readonly RandAugmentSettings OneOperation = new() { Operations = 1, Probability = 1 };

    private readonly RandAugment _randAugment = new(OneOperation, RandAugment.MeanColour(new Normalisation()));
    private byte[] _pixels = null!;
    private long _sample;

    [Params(48, 224)]
    public int Size { get; set; }

    /// <summary>
    /// Stands for its family: tables known beforehand, tables from a histogram, blends, and the geometric ones by the axes they move.
    /// </summary>
    [Params(
        AugmentationOperation.Solarize,
        AugmentationOperation.Equalize,
        AugmentationOperation.Contrast,
        AugmentationOperation.Color,
        AugmentationOperation.Sharpness,
        AugmentationOperation.Rotate,
        AugmentationOperation.ShearX,
        AugmentationOperation.TranslateY
    )]
    public AugmentationOperation Operation { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _pixels = SmoothNoise.Planes(3, Size);
        _sample = 0;
        while (FirstDraw(_sample) != Operation)
        {
            _sample++;
        }
    }

    // The operation works in place: what an earlier call left is as good a picture, no work depends on what it shows.
    [Benchmark]
    public void Apply() => _randAugment.Apply(_pixels, Size, Stream(_sample));

    private static AugmentationOperation FirstDraw(long sample) =>
        (AugmentationOperation)Stream(sample).NextInt(Enum.GetValues<AugmentationOperation>().Length);

    private static CounterRandom Stream(long sample) => new(1, RandomPurpose.RandAugment, 0, sample);
}

/// <summary>Pictures with the smoothness of photographs, so that branches and histograms behave as in training.</summary>
internal static class SmoothNoise
{
    /// <summary>[planes, size, size].</summary>
    public static byte[] Planes(int planes, int size)
    {
        var random = new Random(1);
        var pixels = new byte[planes * size * size];
        for (var i = 0; i < pixels.Length; i++)
        {
            var wave = Math.Sin(i % size * 9.0 / size) * Math.Cos(i / size * 7.0 / size);
            pixels[i] = (byte)Math.Clamp(128 + (90 * wave) + random.Next(-20, 20), 0, 255);
        }

        return pixels;
    }
}
