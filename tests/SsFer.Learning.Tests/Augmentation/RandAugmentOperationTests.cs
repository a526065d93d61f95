using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Augmentation;

/// <summary>Every operation on pixels computed by hand; the derivation stands beside the numbers.</summary>
public sealed class RandAugmentOperationTests
{
    private static readonly byte[] Fill = [1, 2, 3];

    [Fact]
    public void Invert_TakesEachValueFrom255() =>
        Assert.Equal([255, 245, 0], Applied(AugmentationOperation.Invert, 9, false, [0, 10, 255]));

    [Theory]
    [InlineData(9, new byte[] { 0, 0, 128, 128 })] // 4 - floor(3.6) = 1 bit
    [InlineData(5, new byte[] { 0, 64, 128, 192 })] // 4 - floor(2) = 2 bits
    [InlineData(10, new byte[] { 0, 0, 0, 0 })] // 4 - 4 = no bit
    public void Posterize_KeepsFewerBitsTheStronger(double magnitude, byte[] expected) =>
        Assert.Equal(expected, Applied(AugmentationOperation.Posterize, magnitude, false, [0, 127, 128, 255]));

    [Theory]
    [InlineData(9, new byte[] { 25, 229, 0 })] // threshold 256 - floor(230.4) = 26
    [InlineData(0, new byte[] { 25, 26, 255 })] // threshold 256: none
    public void Solarize_InvertsFromTheThreshold(double magnitude, byte[] expected) =>
        Assert.Equal(expected, Applied(AugmentationOperation.Solarize, magnitude, false, [25, 26, 255]));

    [Theory]
    [InlineData(9, new byte[] { 99, 226, 128, 255 })] // floor(99)
    [InlineData(9.5, new byte[] { 104, 231, 128, 255 })] // floor(104.5)
    public void SolarizeAdd_LiftsOnlyTheDarkHalf(double magnitude, byte[] expected) =>
        Assert.Equal(expected, Applied(AugmentationOperation.SolarizeAdd, magnitude, false, [0, 127, 128, 255]));

    [Fact]
    public void AutoContrast_StretchesEachChannel()
    {
        // Red: 50 ... 101 by 255 / 51 = 5. Green: one value, untouched. Blue: 0 ... 255, untouched.
        byte[] pixels = [50, 60, 75, 101, 7, 7, 7, 7, 0, 3, 200, 255];
        LookupOperations.AutoContrast(pixels);
        Assert.Equal([0, 50, 125, 255, 7, 7, 7, 7, 0, 3, 200, 255], pixels);
    }

    [Fact]
    public void Equalize_SpreadsTheRanks()
    {
        // 256 pixels: 128 of 10, 127 of 20, 1 of 30. Step (256 - 1) / 255 = 1, start 0: 10 -> 0, 20 -> 128, 30 -> 255. Green has one
        // value: step 0.
        byte[] red = [.. Enumerable.Repeat((byte)10, 128), .. Enumerable.Repeat((byte)20, 127), 30];
        byte[] pixels = [.. red, .. Enumerable.Repeat((byte)9, 256), .. red];
        LookupOperations.Equalize(pixels);
        byte[] spread = [.. Enumerable.Repeat((byte)0, 128), .. Enumerable.Repeat((byte)128, 127), 255];
        Assert.Equal([.. spread, .. Enumerable.Repeat((byte)9, 256), .. spread], pixels);
    }

    [Theory]
    [InlineData(9, false, new byte[] { 255, 80, 0 })] // factor 1.81: 124 + 1.81 (76, -24, -74) = 261.6, 80.6, -9.9
    [InlineData(9, true, new byte[] { 138, 119, 109 })] // factor 0.19: 138.4, 119.4, 109.9
    public void Color_MovesFromThePixelsGrey(double magnitude, bool negative, byte[] expected) =>
        // Grey of (200, 100, 50): (200 x 19595 + 100 x 38470 + 50 x 7471 + 32768) >> 16 = 8172318 >> 16 = 124.
        Assert.Equal(expected, Applied(AugmentationOperation.Color, magnitude, negative, [200, 100, 50], perChannel: true));

    [Theory]
    [InlineData(2f, new byte[] { 0, 15, 35, 57 })] // 25 + 2 (-15, -5, 5, 16)
    [InlineData(0.5f, new byte[] { 17, 22, 27, 33 })] // 17.5, 22.5, 27.5, 33
    public void Contrast_MovesFromTheMeanGrey(float factor, byte[] expected)
    {
        // Equal channels are their own grey; mean (10 + 20 + 30 + 41) / 4 = 25.25, rounded 25.
        byte[] plane = [10, 20, 30, 41];
        byte[] pixels = [.. plane, .. plane, .. plane];
        EnhanceOperations.Contrast(pixels, factor);
        Assert.Equal([.. expected, .. expected, .. expected], pixels);
    }

    [Theory]
    [InlineData(9, false, new byte[] { 181, 255, 0 })] // 1.81 x 100, 1.81 x 200 = 362
    [InlineData(10, true, new byte[] { 10, 20, 0 })] // factor 1 - 0.9 = 0.1
    public void Brightness_ScalesFromBlack(double magnitude, bool negative, byte[] expected) =>
        Assert.Equal(expected, Applied(AugmentationOperation.Brightness, magnitude, negative, [100, 200, 0]));

    [Theory]
    [InlineData(0.5f, 90)] // smooth 5 x 130 / 13 = 50; 50 + 0.5 x 80
    [InlineData(1.5f, 170)] // 50 + 1.5 x 80
    public void Sharpness_MovesFromTheSmoothedPicture(float factor, byte centre)
    {
        byte[] plane = [0, 0, 0, 0, 130, 0, 0, 0, 0];
        byte[] pixels = [.. plane, .. plane, .. plane];
        EnhanceOperations.Sharpness(pixels, 3, factor);
        plane[4] = centre;
        Assert.Equal([.. plane, .. plane, .. plane], pixels);
    }

    [Fact]
    public void Translate_ByWholePixels_MovesAndFills()
    {
        Assert.Equal(Rows([20, 30, 40, 1]), Transformed(AffineOperation.TranslateX(1), Rows([10, 20, 30, 40])));
        Assert.Equal(Rows([1, 1, 10, 20]), Transformed(AffineOperation.TranslateX(-2), Rows([10, 20, 30, 40])));
        Assert.Equal(Turned(Rows([20, 30, 40, 1])), Transformed(AffineOperation.TranslateY(1), Turned(Rows([10, 20, 30, 40]))));
    }

    [Fact]
    public void Translate_ByHalfAPixel_InterpolatesWithPilsCubic()
    {
        // Cubic with a = -1 half way: weights -1/8, 5/8, 5/8, -1/8, edges repeated. x = 0: 10 10 20 30 -> 13.75; x = 1: 25; x = 2: 20
        // 30 40 40 -> 36.25;
        // x = 3 looks at 4.0, outside.
        Assert.Equal(Rows([13, 25, 36, 1]), Transformed(AffineOperation.TranslateX(0.5), Rows([10, 20, 30, 40])));
        Assert.Equal(Turned(Rows([13, 25, 36, 1])), Transformed(AffineOperation.TranslateY(0.5), Turned(Rows([10, 20, 30, 40]))));
    }

    [Fact]
    public void Shear_FactorOne_MovesEachRowFurther()
    {
        // Row y moves by y + 0.5: row 0 as half a pixel above, row 1 by one more, and so on.
        byte[] expected = [13, 25, 36, 1, 25, 36, 1, 1, 36, 1, 1, 1, 1, 1, 1, 1];
        Assert.Equal(expected, Transformed(AffineOperation.ShearX(1), Rows([10, 20, 30, 40])));
        Assert.Equal(Turned(expected), Transformed(AffineOperation.ShearY(1), Turned(Rows([10, 20, 30, 40]))));
    }

    [Fact]
    public void Rotation_QuarterTurn_IsCounterClockwise()
    {
        byte[] picture = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160];
        // The right column becomes the upper row. cos 90 degrees is 6e-17 here, and truncation may make 39 of 39.999....
        byte[] expected = [40, 80, 120, 160, 30, 70, 110, 150, 20, 60, 100, 140, 10, 50, 90, 130];
        var turned = Transformed(AffineOperation.Rotation(90, 4), picture);
        for (var i = 0; i < 16; i++)
        {
            Assert.InRange(turned[i], expected[i] - 1, expected[i]);
        }
    }

    [Fact]
    public void Rotation_FortyFiveDegrees_FillsTheCornersOfEachChannel()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)200, 3 * 16 * 16)];
        AffineOperation.Rotation(45, 16).Apply(pixels, 16, Fill);
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = pixels.AsSpan(channel * 256, 256);
            Assert.Equal(Fill[channel], plane[0]);
            Assert.Equal(Fill[channel], plane[255]);
            Assert.Equal(200, plane[8 * 16 + 8]);
        }
    }

    [Fact]
    public void Apply_ProbabilityZeroOrNoOperation_ChangesNothing()
    {
        var pixels = Noise();
        new RandAugment(new RandAugmentSettings { Probability = 0 }, Fill).Apply(
            pixels,
            20,
            new CounterRandom(0, RandomPurpose.RandAugment)
        );
        new RandAugment(new RandAugmentSettings { Operations = 0 }, Fill).Apply(
            pixels,
            20,
            new CounterRandom(0, RandomPurpose.RandAugment)
        );
        Assert.Equal(Noise(), pixels);
    }

    [Fact]
    public void Apply_TwoOperationsAtOneHalf_LeavesAQuarterUntouched()
    {
        // On this picture every operation changes something, so a picture is untouched when both are passed over: binomial(4000, 1/4),
        // five deviations.
        var randAugment = new RandAugment(new RandAugmentSettings(), Fill);
        var original = Noise();
        var untouched = Enumerable
            .Range(0, 4000)
            .Count(sample =>
            {
                var pixels = original.ToArray();
                randAugment.Apply(pixels, 20, new CounterRandom(3, RandomPurpose.RandAugment, 0, sample));
                return pixels.AsSpan().SequenceEqual(original);
            });
        Assert.InRange(untouched, 863, 1137);
    }

    [Fact]
    // 149.94, 117.045, 102.51
    public void MeanColour_OfThePaper_IsInBytes() => Assert.Equal([150, 117, 103], RandAugment.MeanColour(new Normalisation()));

    private static byte[] Rows(byte[] row) => [.. row, .. row, .. row, .. row];

    private static byte[] Turned(byte[] picture) => [.. Enumerable.Range(0, 16).Select(i => picture[i % 4 * 4 + i / 4])];

    /// <summary>The 4 x 4 picture in all three channels, transformed; the red channel comes back.</summary>
    private static byte[] Transformed(AffineOperation operation, byte[] picture)
    {
        byte[] pixels = [.. picture, .. picture, .. picture];
        operation.Apply(pixels, 4, Fill);
        return pixels[..16];
    }

    /// <summary>A 2 x 2 picture filled with the values: one channel's pixels, or one pixel's channels.</summary>
    private static byte[] Applied(AugmentationOperation operation, double magnitude, bool negative, byte[] values, bool perChannel = false)
    {
        byte[] padded = [.. values, .. Enumerable.Repeat((byte)0, 4 - values.Length)];
        byte[] pixels = perChannel ? [.. values.SelectMany(v => Enumerable.Repeat(v, 4))] : [.. padded, .. padded, .. padded];
        new RandAugment(new RandAugmentSettings(), Fill).Apply(operation, magnitude, negative, pixels, 2);
        return perChannel ? [pixels[0], pixels[4], pixels[8]] : pixels[..values.Length];
    }

    private static byte[] Noise()
    {
        var random = new CounterRandom(1, RandomPurpose.Synthesis);
        return [.. Enumerable.Range(0, 3 * 400).Select(_ => (byte)(30 + random.NextInt(170)))];
    }
}
