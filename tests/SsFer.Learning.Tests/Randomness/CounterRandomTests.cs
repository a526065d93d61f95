using CsCheck;
using SsFer.Learning.Randomness;

namespace SsFer.Learning.Tests.Randomness;

public sealed class CounterRandomTests
{
    // Literals by Python's integers from the definition in CounterRandom's remarks: a stored run must find the same draws again.
    [Theory]
    [InlineData(0, RandomPurpose.EpochOrder, 0, 0, new ulong[] { 0x169dfddcca7182f6, 0x383b007949f0aef1, 0x80e3d1f58c133271 })]
    [InlineData(42, RandomPurpose.WeakView, 3, 1_000_000, new ulong[] { 0x3bcc3e3fdfa63065, 0x528a7b6d3f9b1b55, 0x5f0db407f389f1b5 })]
    [InlineData(ulong.MaxValue, RandomPurpose.Synthesis, -1, 7, new ulong[] { 0x338c9d8b5377919f, 0xc8adf64f58acacc0, 0xb5005593aa9f2c88 })]
    public void NextUInt64_GivenKey_IsTheDocumentedHash(ulong seed, RandomPurpose purpose, long epoch, long sample, ulong[] expected)
    {
        var random = new CounterRandom(seed, purpose, epoch, sample);
        foreach (var draw in expected)
        {
            Assert.Equal(draw, random.NextUInt64());
        }
    }

    [Fact]
    public void NextDoubleAndGaussian_GivenKey_AreTheDocumentedValues()
    {
        // 0x169dfddcca7182f6 >> 11 over 2^53, and Box-Muller of the first two draws.
        Assert.Equal(0.08834826126480344, new CounterRandom(0, RandomPurpose.EpochOrder).NextDouble(), 1e-16);
        Assert.Equal(0.08152266681568707, new CounterRandom(0, RandomPurpose.EpochOrder).NextGaussian(), 1e-12);
    }

    [Fact]
    public void NextInt_SixteenBins_IsUniform()
    {
        var bins = new int[16];
        var random = Stream(1);
        for (var i = 0; i < 160_000; i++)
        {
            bins[random.NextInt(16)]++;
        }

        AssertUniform(bins);
    }

    [Fact]
    public void FirstDraw_OfConsecutiveKeys_IsUniform()
    {
        int[] bySample = new int[16],
            byEpoch = new int[16],
            bySeed = new int[16];
        for (var i = 0; i < 160_000; i++)
        {
            bySample[new CounterRandom(0, RandomPurpose.WeakView, 0, i).NextInt(16)]++;
            byEpoch[new CounterRandom(0, RandomPurpose.WeakView, i).NextInt(16)]++;
            bySeed[new CounterRandom((ulong)i, RandomPurpose.WeakView).NextInt(16)]++;
        }
        AssertUniform(bySample);
        AssertUniform(byEpoch);
        AssertUniform(bySeed);
    }

    [Fact]
    public void Streams_OfNeighbouringKeys_AreUncorrelated()
    {
        (CounterRandom A, CounterRandom B)[] pairs =
        [
            (Stream(0), Stream(1)),
            (new(0, RandomPurpose.WeakView, 0), new(0, RandomPurpose.WeakView, 1)),
            (new(0, RandomPurpose.WeakView), new(1, RandomPurpose.WeakView)),
            (new(0, RandomPurpose.WeakView), new(0, RandomPurpose.StrongView)),
            (new(0, RandomPurpose.WeakView, 1, 2), new(0, RandomPurpose.WeakView, 2, 1)),
        ];
        const int Draws = 20_000;
        foreach (var (a, b) in pairs)
        {
            var sum = 0.0;
            for (var i = 0; i < Draws; i++)
            {
                sum += (a.NextDouble() - 0.5) * (b.NextDouble() - 0.5);
            }
            // Under independence the correlation has deviation 1 / sqrt(n); five of them are met once in two million.
            Assert.InRange(sum / Draws * 12, -5 / Math.Sqrt(Draws), 5 / Math.Sqrt(Draws));
        }
    }

    [Fact]
    public void Keys_ThatDiffer_NeverShareAFirstDraw()
    {
        var seen = new HashSet<ulong>();
        foreach (var purpose in Enum.GetValues<RandomPurpose>())
        {
            for (var epoch = 0; epoch < 20; epoch++)
            {
                for (var sample = 0; sample < 200; sample++)
                {
                    Assert.True(seen.Add(new CounterRandom(9, purpose, epoch, sample).NextUInt64()));
                }
            }
        }
    }

    [Fact]
    public void NextInt_AnyBound_StaysBelow() =>
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.ULong)
            .Sample(
                (bound, seed) =>
                {
                    var value = new CounterRandom(seed, RandomPurpose.Synthesis).NextInt(bound);
                    return value >= 0 && value < bound;
                }
            );

    [Fact]
    public void NextGaussian_ManyDraws_HasUnitMoments()
    {
        var random = Stream(2);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian()).ToArray();
        Assert.Equal(0, draws.Average(), 0.02);
        Assert.Equal(1, draws.Average(z => z * z), 0.03);
        Assert.Equal(0.6827, draws.Count(z => Math.Abs(z) < 1) / 100_000.0, 0.01);
    }

    // Beta(a, b): mean a / (a + b), variance ab / ((a + b)^2 (a + b + 1)).
    [Theory]
    [InlineData(1, 1, 0.5, 1.0 / 12)]
    [InlineData(0.2, 0.2, 0.5, 0.04 / (0.16 * 1.4))]
    [InlineData(2, 5, 2.0 / 7, 10.0 / (49 * 8))]
    [InlineData(0.5, 3, 0.5 / 3.5, 1.5 / (12.25 * 4.5))]
    public void NextBeta_ManyDraws_HasTheMoments(double a, double b, double mean, double variance)
    {
        var random = Stream(3);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextBeta(a, b)).ToArray();
        Assert.All(draws, v => Assert.InRange(v, 0, 1));
        Assert.Equal(mean, draws.Average(), 0.01);
        Assert.Equal(variance, draws.Average(v => (v - mean) * (v - mean)), 0.005);
    }

    [Fact]
    public void Shuffle_ThreeItems_MeetsAllSixOrdersEqually()
    {
        var orders = new Dictionary<string, int>();
        for (var i = 0; i < 60_000; i++)
        {
            var items = "abc".ToCharArray();
            Stream(i).Shuffle<char>(items);
            var order = new string(items);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(6, orders.Count);
        AssertUniform([.. orders.Values]);
    }

    private static CounterRandom Stream(int sample) => new(0, RandomPurpose.Synthesis, 0, sample);

    private static void AssertUniform(int[] bins)
    {
        var expected = bins.Sum() / (double)bins.Length;
        var chiSquare = bins.Sum(b => (b - expected) * (b - expected) / expected);
        // 40 is beyond the 99.9 % point for 15 degrees of freedom (37.7), and further still for fewer.
        Assert.InRange(chiSquare, 0, 40);
    }
}
