using CsCheck;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Augmentation;

public sealed class CropWindowTests
{
    private static readonly CropSettings Paper = new();

    [Fact]
    public void Draw_AnyPicture_LiesInside() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.ULong)
            .Sample(
                (height, width, seed) =>
                {
                    var window = CropWindow.Draw(new CounterRandom(seed, RandomPurpose.WeakView), height, width, Paper);
                    return window.Top >= 0
                        && window.Left >= 0
                        && window.Height >= 1
                        && window.Width >= 1
                        && window.Top + window.Height <= height
                        && window.Left + window.Width <= width;
                }
            );

    [Fact]
    public void Draw_SquarePicture_KeepsScaleAndRatio()
    {
        double smallest = 1,
            narrowest = 2,
            widest = 0;
        for (var sample = 0; sample < 5000; sample++)
        {
            var window = CropWindow.Draw(new CounterRandom(0, RandomPurpose.WeakView, 0, sample), 224, 224, Paper);
            var ratio = (double)window.Width / window.Height;
            smallest = Math.Min(smallest, window.Height * window.Width / (224.0 * 224));
            (narrowest, widest) = (Math.Min(narrowest, ratio), Math.Max(widest, ratio));
        }
        // The limits are met to within the rounding of a side (half a pixel of 87, the shortest side there is), and reached.
        Assert.InRange(smallest, 0.198, 0.21);
        Assert.InRange(narrowest, 0.742, 0.76);
        Assert.InRange(widest, 1.32, 1.345);
    }

    // Ten times as wide as high: a share of 0.2 with a ratio up to 4/3 never fits, so the largest central window of ratio 4/3 is
    // taken. By hand from torchvision.
    [Theory]
    [InlineData(10, 100, 0, 43, 10, 13)]
    [InlineData(100, 10, 43, 0, 13, 10)]
    public void Draw_LongPicture_FallsBackToTheCentre(int height, int width, int top, int left, int windowHeight, int windowWidth) =>
        Assert.Equal(
            new CropWindow(top, left, windowHeight, windowWidth),
            CropWindow.Draw(new CounterRandom(0, RandomPurpose.WeakView), height, width, Paper)
        );

    [Fact]
    public void Central_RatioPermitted_IsTheWholePicture() => Assert.Equal(new CropWindow(0, 0, 20, 24), CropWindow.Central(20, 24, Paper));

    [Fact]
    public void Draw_FullScaleAndSquare_IsTheWholePicture()
    {
        var settings = new CropSettings
        {
            ScaleMin = 1,
            ScaleMax = 1,
            RatioMin = 1,
            RatioMax = 1,
        };
        Assert.Equal(new CropWindow(0, 0, 48, 48), CropWindow.Draw(new CounterRandom(5, RandomPurpose.WeakView), 48, 48, settings));
    }
}
