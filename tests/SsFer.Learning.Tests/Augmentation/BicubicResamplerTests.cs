using CsCheck;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Tests.Golden;

namespace SsFer.Learning.Tests.Augmentation;

public sealed class BicubicResamplerTests
{
    [Fact]
    public void Resample_CropsOfARandomPicture_EqualsPyTorch()
    {
        var golden = GoldenFile.Read("resampling.json");
        foreach (var (window, side, flip, expected, _) in Cases(golden))
        {
            var actual = new float[3 * side * side];
            BicubicResampler.Resample(Picture(golden), window, side, flip, actual);
            var tolerance = 1e-5f * expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
            }
        }
    }

    [Fact]
    public void ResampleQuantised_CropsOfARandomPicture_EqualsPil()
    {
        var golden = GoldenFile.Read("resampling.json");
        foreach (var (window, side, flip, _, expected) in Cases(golden))
        {
            var actual = new byte[3 * side * side];
            BicubicResampler.ResampleQuantised(Picture(golden), window, side, flip, actual);
            // PIL's 22-bit fixed point may round a value within 1e-5 of a half the other way.
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.InRange(actual[i], expected[i] - 1, expected[i] + 1);
            }

            Assert.True(
                actual.Where((value, i) => value != expected[i]).Count() <= expected.Length / 1000,
                $"{window} to {side} differs too often"
            );
        }
    }

    [Fact]
    public void Resample_AnyWindow_EqualsNaiveReference() =>
        Gen.Select(Gen.Int[1, 24], Gen.Int[1, 24], Gen.Int[1, 20], Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 5], Gen.ULong)
            .Sample(
                (h, w, side, flip, top, left, seed) =>
                {
                    var picture = Noise(h + top + 2, w + left + 3, seed);
                    var window = new CropWindow(top, left, h, w);
                    var actual = new float[side * side];
                    BicubicResampler.Resample(picture, window, side, flip, actual);
                    for (var y = 0; y < side; y++)
                    {
                        for (var x = 0; x < side; x++)
                        {
                            var expected = Naive(picture, window, side, flip ? side - 1 - x : x, y);
                            Assert.Equal(expected, actual[y * side + x], 2e-6);
                        }
                    }
                },
                iter: 60
            );

    [Fact]
    public void Resample_ConstantPicture_StaysConstant() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Byte)
            .Sample(
                (length, side, value) =>
                {
                    var picture = new PlanarImage([.. Enumerable.Repeat(value, length * length)], 1, length, length);
                    var actual = new float[side * side];
                    BicubicResampler.Resample(picture, CropWindow.Whole(picture), side, flip: false, actual);
                    Assert.All(actual, v => Assert.Equal(value / 255f, v, 1e-6f));
                },
                iter: 100
            );

    [Fact]
    public void Resample_LinearRampAwayFromBorders_StaysLinear()
    {
        // f(x) = 8x, shrunk by 2: output i sits at input 2i + 0.5, so it is 8 (2i + 0.5) = 16i + 4; the support of 4 must stay inside.
        var row = Enumerable.Range(0, 32).Select(x => (byte)(8 * x));
        var picture = new PlanarImage([.. Enumerable.Repeat(row, 32).SelectMany(r => r)], 1, 32, 32);
        var actual = new float[16 * 16];
        BicubicResampler.Resample(picture, CropWindow.Whole(picture), 16, flip: false, actual);
        for (var i = 2; i < 14; i++)
        {
            Assert.Equal((16 * i + 4) / 255f, actual[8 * 16 + i], 1e-6f);
        }
    }

    [Fact]
    public void Resample_WholePictureOfTheSameSize_IsIdentity()
    {
        var picture = Noise(13, 13, 3);
        var actual = new float[13 * 13];
        BicubicResampler.Resample(picture, CropWindow.Whole(picture), 13, flip: false, actual);
        Assert.Equal(picture.Pixels.Select(v => v * (1f / 255)), actual);
        var bytes = new byte[13 * 13];
        BicubicResampler.ResampleQuantised(picture, CropWindow.Whole(picture), 13, flip: false, bytes);
        Assert.Equal(picture.Pixels, bytes);
    }

    [Fact]
    public void Resample_Flip_MirrorsEachRow()
    {
        var picture = Noise(11, 9, 5);
        float[] plain = new float[36],
            mirrored = new float[36];
        BicubicResampler.Resample(picture, new CropWindow(1, 1, 9, 7), 6, flip: false, plain);
        BicubicResampler.Resample(picture, new CropWindow(1, 1, 9, 7), 6, flip: true, mirrored);
        Assert.Equal(plain.Chunk(6).SelectMany(r => r.Reverse()), mirrored);
    }

    [Fact]
    public void Resample_WindowOutsideThePicture_IsRefused()
    {
        var picture = Noise(8, 8, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            BicubicResampler.Resample(picture, new CropWindow(1, 0, 8, 8), 4, false, new float[16])
        );
    }

    private static PlanarImage Picture(System.Text.Json.JsonElement golden)
    {
        int[] shape = [.. golden.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
        return new PlanarImage(golden.GetProperty("picture").Bytes(), shape[0], shape[1], shape[2]);
    }

    private static IEnumerable<(CropWindow Window, int Side, bool Flip, float[] Floats, byte[] Bytes)> Cases(
        System.Text.Json.JsonElement golden
    ) =>
        golden
            .GetProperty("cases")
            .EnumerateArray()
            .Select(c =>
                (
                    new CropWindow(
                        c.GetProperty("top").GetInt32(),
                        c.GetProperty("left").GetInt32(),
                        c.GetProperty("height").GetInt32(),
                        c.GetProperty("width").GetInt32()
                    ),
                    c.GetProperty("side").GetInt32(),
                    c.GetProperty("flip").GetBoolean(),
                    c.GetProperty("float").Floats(),
                    c.GetProperty("bytes").Bytes()
                )
            );

    private static PlanarImage Noise(int height, int width, ulong seed)
    {
        var random = new Learning.Randomness.CounterRandom(seed, Learning.Randomness.RandomPurpose.Synthesis);
        return new PlanarImage([.. Enumerable.Range(0, height * width).Select(_ => (byte)random.NextInt(256))], 1, height, width);
    }

    /// <summary>
    /// The definition, pixel by pixel in double precision: every input pixel weighed by the stretched cubic of its distance in both
    /// axes.
    /// </summary>
    private static double Naive(PlanarImage picture, CropWindow window, int side, int x, int y)
    {
        double sum = 0,
            total = 0;
        for (var v = 0; v < window.Height; v++)
        {
            for (var u = 0; u < window.Width; u++)
            {
                var weight = Weight(u, x, window.Width, side) * Weight(v, y, window.Height, side);
                sum += weight * picture.Pixels[(window.Top + v) * picture.Width + window.Left + u];
                total += weight;
            }
        }
        return Math.Clamp(sum / total, 0, 255) / 255;
    }

    private static double Weight(int input, int output, int length, int side)
    {
        var scale = (double)length / side;
        var x = Math.Abs(input + 0.5 - (output + 0.5) * scale) / Math.Max(scale, 1);
        // Keys 1981 with a = -1/2.
        return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1
            : x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2
            : 0;
    }
}
