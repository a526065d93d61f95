using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Learning.Tests.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Augmentation;

/// <summary>
/// One of them counts what a view allocates, which is nothing as long as nobody else takes its buffers from the pools that all threads
/// share.
/// </summary>
[Collection(ProcessWideCounters.Name)]
public sealed class ViewTests
{
    private const int Size = 16;

    private static readonly Normalisation Statistics = new();
    private static readonly CropSettings Crop = new();
    private static readonly FaceBox Box = new(0.2f, 0.3f, 0.8f, 0.9f);

    public static TheoryData<string> Kinds => ["evaluation", "weak", "strong"];

    [Fact]
    public void EvaluationView_GreyPictureOfTheSameSize_IsNormalisedIntoThreeChannels()
    {
        var picture = Picture(1, Size);
        var actual = new float[3 * Size * Size];
        var box = new EvaluationView(Size, Statistics).Render(picture, Box, default, actual);
        Assert.Equal(Box, box);
        double[] mean = [0.588, 0.459, 0.402],
            std = [0.228, 0.202, 0.190];
        for (var i = 0; i < actual.Length; i++)
        {
            var channel = i / (Size * Size);
            Assert.Equal((picture.Pixels[i % (Size * Size)] / 255.0 - mean[channel]) / std[channel], actual[i], 1e-5);
        }
    }

    [Fact]
    public void WeakView_IsTheDrawnCropFlippedHalfTheTime()
    {
        var picture = Picture(3, 40);
        var view = new WeakView(Size, Statistics, Crop);
        var flips = 0;
        for (var sample = 0; sample < 400; sample++)
        {
            var random = new CounterRandom(9, RandomPurpose.WeakView, 2, sample);
            var window = CropWindow.Draw(random, 40, 40, Crop);
            var flip = random.NextBool();
            flips += flip ? 1 : 0;
            float[] actual = new float[3 * Size * Size],
                expected = new float[3 * Size * Size];
            var box = view.Render(picture, Box, new ViewKey(9, 2, sample), actual);
            BicubicResampler.Resample(picture, window, Size, flip, expected);
            Assert.Equal((expected[300] - 0.459f) / 0.202f, actual[300], 1e-5f);
            Assert.Equal(window.BoxInView(Box, 40, 40, flip), box);
        }
        Assert.InRange(flips, 150, 250); // binomial(400, 1/2), five deviations
    }

    [Fact]
    public void StrongView_WithoutOperations_IsItsQuantisedCrop()
    {
        var picture = Picture(1, 40);
        var view = new StrongView(Size, Statistics, Crop, new RandAugmentSettings { Operations = 0 });
        var actual = new float[3 * Size * Size];
        view.Render(picture, Box, new ViewKey(9, 2, 5), actual);
        var random = new CounterRandom(9, RandomPurpose.StrongView, 2, 5);
        var bytes = new byte[Size * Size];
        BicubicResampler.ResampleQuantised(picture, CropWindow.Draw(random, 40, 40, Crop), Size, random.NextBool(), bytes);
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.Equal((bytes[i] / 255.0 - 0.402) / 0.190, actual[2 * bytes.Length + i], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Render_OnManyThreadsInAnyOrder_GivesTheSameViews(string kind)
    {
        var view = View(kind);
        var picture = Picture(3, 33);
        var alone = Enumerable.Range(0, 64).Select(Rendered).ToArray();
        var together = new float[64][];
        Parallel.For(0, 64, i => together[63 - i] = Rendered(63 - i));
        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(alone[i], together[i]);
        }

        float[] Rendered(int sample)
        {
            var destination = new float[3 * Size * Size];
            view.Render(picture, Box, new ViewKey(4, 1, sample), destination);
            return destination;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Render_NoFaceFound_GivesTheFallbackBox(string kind) =>
        Assert.Equal(FaceBox.Fallback, View(kind).Render(Picture(1, 20), null, new ViewKey(1, 0, 0), new float[3 * Size * Size]));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Render_DestinationOfAnotherShape_IsRefused(string kind) =>
        Assert.Throws<ArgumentException>(() => View(kind).Render(Picture(1, 20), null, default, new float[Size * Size]));

    [Theory]
    [InlineData("weak")]
    [InlineData("strong")]
    public void Render_SteadyState_AllocatesNothingThatGrowsWithTheView(string kind)
    {
        var view = View(kind, size: 64);
        var picture = Picture(3, 80);
        var destination = new float[3 * 64 * 64];
        for (var sample = 0; sample < 300; sample++)
        {
            view.Render(picture, Box, new ViewKey(1, 0, sample), destination); // fills the pools and the weight tables
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var sample = 0; sample < 300; sample++)
        {
            view.Render(picture, Box, new ViewKey(1, 0, sample), destination);
        }
        // A view's generators are all that is left; one plane of this view alone would be 16 KiB.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 300, 0, 512);
    }

    private static IView View(string kind, int size = Size) =>
        kind switch
        {
            "evaluation" => new EvaluationView(size, Statistics),
            "weak" => new WeakView(size, Statistics, Crop),
            _ => new StrongView(size, Statistics, Crop, new RandAugmentSettings()),
        };

    private static PlanarImage Picture(int channels, int side)
    {
        var random = new CounterRandom(2, RandomPurpose.Synthesis);
        return new PlanarImage(
            [.. Enumerable.Range(0, channels * side * side).Select(_ => (byte)random.NextInt(256))],
            channels,
            side,
            side
        );
    }
}
