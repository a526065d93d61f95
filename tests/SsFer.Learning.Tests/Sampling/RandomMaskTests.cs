using CsCheck;
using SsFer.Learning.Randomness;
using SsFer.Learning.Sampling;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Sampling;

public sealed class RandomMaskTests
{
    [Theory]
    [InlineData(196, 0.75, 49)]
    [InlineData(36, 0.75, 9)]
    [InlineData(196, 0.9, 19)] // 196 * (1 - 0.9) = 19.6
    [InlineData(4, 0, 4)]
    public void VisibleCount_Truncates(int patches, double ratio, int expected) =>
        Assert.Equal(expected, MaskRatio.VisibleCount(patches, ratio));

    [Fact]
    public void Shuffle_GivenKey_IsTheArgsortOfTheHash()
    {
        var order = new int[9];
        RandomMask.Shuffle(7, 2, 5, order);
        // sorted(range(9), key=hash) by Python.
        Assert.Equal([8, 0, 5, 4, 7, 2, 1, 3, 6], order);
        Assert.Equal(order, Enumerable.Range(0, 9).OrderBy(p => PatchNoise.Hash(7, 2, 5, p)));
    }

    [Fact]
    public void Shuffle_AnyKey_IsAPermutation() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 2_000_000], Gen.Int[1, 400])
            .Sample(
                (seed, epoch, sample, patches) =>
                {
                    var order = new int[patches];
                    RandomMask.Shuffle(seed, epoch, sample, order);
                    return order.Order().SequenceEqual(Enumerable.Range(0, patches));
                }
            );

    [Fact]
    public void Shuffle_ManySamples_ShowsEveryPatchEquallyOften()
    {
        const int Patches = 36,
            Samples = 20_000,
            Visible = 9;
        var shown = new int[Patches];
        var samples = Enumerable.Range(0, Samples).Select(i => (long)i).ToArray();
        var orders = RandomMask.Shuffle(1, 0, samples, Patches);
        for (var n = 0; n < Samples; n++)
        {
            foreach (var patch in orders.AsSpan(n * Patches, Visible))
            {
                shown[patch]++;
            }
        }
        // Binomial(20,000, 1/4): mean 5,000, deviation 61; five deviations.
        Assert.All(shown, count => Assert.InRange(count, 4694, 5306));
    }

    [Theory]
    [InlineData(0UL, 0L, 36)]
    [InlineData(0xFEDC_BA98_7654_3210UL, 599L, 196)]
    [InlineData(7UL, 5_000_000_000L, 256)]
    public void ShuffleOn_AnyDevice_IsTheHostsOrder(ulong seed, long epoch, int patches)
    {
        long[] samples = [0, 1, 41_999, 3_000_000_000];

        using var onDevice = RandomMask.ShuffleOn(TorchSharp.torch.CPU, seed, epoch, samples, patches);

        var onHost = RandomMask.Shuffle(seed, epoch, samples, patches);
        Assert.Equal(onHost, onDevice.data<long>().ToArray().Select(order => (int)order));
    }
}
