using CsCheck;
using SsFer.Learning.Augmentation;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Augmentation;

public sealed class FaceBoxTests
{
    private static readonly Gen<FaceBox> Boxes = Gen.Select(Gen.Float[0, 1], Gen.Float[0, 1], Gen.Float[0, 1], Gen.Float[0, 1])
        .Select((a, b, c, d) => new FaceBox(Math.Min(a, c), Math.Min(b, d), Math.Max(a, c), Math.Max(b, d)));

    [Fact]
    public void IntersectionOverUnion_HandComputedBoxes()
    {
        var left = new FaceBox(0, 0, 0.5f, 0.5f);
        Assert.Equal(1f / 3, left.IntersectionOverUnion(new FaceBox(0.25f, 0, 0.75f, 0.5f)), 1e-6f); // 1/8 of 3/8
        Assert.Equal(0, left.IntersectionOverUnion(new FaceBox(0.5f, 0.5f, 1, 1)));
        Assert.Equal(0.25f, left.IntersectionOverUnion(new FaceBox(0, 0, 1, 1)));
        Assert.Equal(0, default(FaceBox).IntersectionOverUnion(default));
    }

    [Fact]
    public void IntersectionOverUnion_AnyBoxes_IsSymmetricAndInTheUnitRange() =>
        Gen.Select(Boxes, Boxes)
            .Sample(
                (a, b) =>
                {
                    var overlap = a.IntersectionOverUnion(b);
                    Assert.Equal(overlap, b.IntersectionOverUnion(a));
                    Assert.InRange(overlap, 0, 1);
                    if (a.Area > 0)
                    {
                        Assert.Equal(1, a.IntersectionOverUnion(a), 1e-6f);
                    }
                }
            );

    [Fact]
    public void Fallback_IsThePaperReferenceBox() =>
        Assert.Equal(new FaceBox(25 / 224f, 25 / 224f, 220 / 224f, 220 / 224f), FaceBox.Fallback);

    [Fact]
    public void InView_CropAndFlip_HandComputed()
    {
        // Box 20 ... 60 x 10 ... 50 of 100 pixels; window from (0, 20), 50 x 80: x 0 ... 40 of 80, y 10 ... 50 of 50.
        var box = Units([20, 10, 60, 50], 100, 100);
        var window = new CropWindow(0, 20, 50, 80);
        AssertNear(new FaceBox(0, 0.2f, 0.5f, 1), window.BoxInView(box, 100, 100, flip: false));
        AssertNear(new FaceBox(0.5f, 0.2f, 1, 1), window.BoxInView(box, 100, 100, flip: true));
    }

    [Fact]
    public void InView_NoBoxOrNothingLeft_IsTheFallback()
    {
        var window = new CropWindow(50, 50, 50, 50);
        Assert.Null(FaceBox.OfNumbers(null));
        Assert.Equal(FaceBox.Fallback, window.BoxInView(null, 100, 100, flip: true));
        Assert.Equal(FaceBox.Fallback, window.BoxInView(new FaceBox(0, 0, 0.5f, 0.5f), 100, 100, flip: false));
    }

    [Fact]
    public void InView_AnyCropAndFlip_CoversThePixelsThatThePictureDoes() =>
        Gen.Select(Gen.Int[24, 48], Gen.Int[24, 48], Gen.Int[0, 1_000_000], Gen.Bool, Gen.Int[12, 32])
            .Sample(
                (height, width, seed, flip, side) =>
                {
                    var random = new Learning.Randomness.CounterRandom((ulong)seed, Learning.Randomness.RandomPurpose.Synthesis);
                    var (x0, x1) = Interval(random, width, 6);
                    var (y0, y1) = Interval(random, height, 6);
                    var (left, right) = Interval(random, width, 12);
                    var (top, bottom) = Interval(random, height, 12);
                    var window = new CropWindow(top, left, bottom - top, right - left);

                    // Paint the box into a picture, take the view of the picture, and see where it is bright.
                    var picture = new PlanarImage(new byte[height * width], 1, height, width);
                    for (var y = y0; y < y1; y++)
                    {
                        picture.Pixels.AsSpan(y * width + x0, x1 - x0).Fill(255);
                    }

                    var view = new float[side * side];
                    BicubicResampler.Resample(picture, window, side, flip, view);

                    var box = window.BoxInView(Units([x0, y0, x1, y1], width, height), height, width, flip);
                    var seen = x0 < right && x1 > left && y0 < bottom && y1 > top;
                    if (!seen)
                    {
                        Assert.Equal(FaceBox.Fallback, box);
                        Assert.All(view, v => Assert.Equal(0, v, 1e-6f));
                        return;
                    }
                    // Resampling blurs an edge by about a pixel of the coarser of the two grids.
                    var marginX = 1.5f / Math.Min(side, window.Width);
                    var marginY = 1.5f / Math.Min(side, window.Height);
                    for (var i = 0; i < view.Length; i++)
                    {
                        float x = (i % side + 0.5f) / side,
                            y = (i / side + 0.5f) / side;
                        var inside = x > box.X0 + marginX && x < box.X1 - marginX && y > box.Y0 + marginY && y < box.Y1 - marginY;
                        var outside = x < box.X0 - marginX || x > box.X1 + marginX || y < box.Y0 - marginY || y > box.Y1 + marginY;
                        if (inside)
                        {
                            Assert.True(view[i] > 0.5f, $"({x}, {y}) is dark inside {box}");
                        }

                        if (outside)
                        {
                            Assert.True(view[i] < 0.5f, $"({x}, {y}) is bright outside {box}");
                        }
                    }
                },
                iter: 300
            );

    [Fact]
    public void Kappa_BatchReversed_IsOneMinusOverlapPerPair()
    {
        FaceBox[] boxes =
        [
            new(0, 0, 0.5f, 0.5f),
            new(0.5f, 0.5f, 1, 1),
            new(0.1f, 0.1f, 0.2f, 0.2f),
            new(0, 0, 0.5f, 0.5f),
            new(0.25f, 0, 0.75f, 0.5f),
        ];
        var kappa = new float[5];
        FaceMixPairing.Kappa(boxes, kappa);
        // (0, 4) overlap by 1/3, (1, 3) not at all, 2 is its own partner.
        float[] expected = [2f / 3, 1, 0, 1, 2f / 3];
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(expected[i], kappa[i], 1e-6f);
        }
    }

    [Fact]
    public void Lambda_OfAStep_IsRepeatableAndVaries()
    {
        Assert.Equal(FaceMixPairing.Lambda(1, 7, 1), FaceMixPairing.Lambda(1, 7, 1));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(step => FaceMixPairing.Lambda(1, step, 1)).Distinct().Count());
    }

    private static FaceBox Units(float[] box, int width, int height) => FaceBox.OfNumbers(box)!.Value.InUnitsOf(width, height);

    private static (int Low, int High) Interval(Learning.Randomness.CounterRandom random, int length, int shortest)
    {
        var extent = shortest + random.NextInt(length - shortest + 1);
        var low = random.NextInt(length - extent + 1);
        return (low, low + extent);
    }

    private static void AssertNear(FaceBox expected, FaceBox actual)
    {
        Assert.Equal(expected.X0, actual.X0, 1e-6f);
        Assert.Equal(expected.Y0, actual.Y0, 1e-6f);
        Assert.Equal(expected.X1, actual.X1, 1e-6f);
        Assert.Equal(expected.Y1, actual.Y1, 1e-6f);
    }
}
