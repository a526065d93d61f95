using SsFer.Learning.Metrics;

namespace SsFer.Learning.Tests.Metrics;

public sealed class BootstrapIntervalTests
{
    [Fact]
    public void OfAccuracy_ThousandAtEightyPercent_IsTheBinomialInterval()
    {
        // Normal approximation: 0.8 +- 1.96 sqrt(0.8 x 0.2 / 1000) = 0.7752 ... 0.8248; the quantiles of 2,000 resamples are good to
        // about 0.002.
        var interval = BootstrapInterval.OfAccuracy(Outcomes(800, 200), seed: 1);
        Assert.Equal(0.7752, interval.Lower, 0.003);
        Assert.Equal(0.8248, interval.Upper, 0.003);
    }

    [Fact]
    public void OfAccuracy_AllRight_HasNoWidth()
    {
        var interval = BootstrapInterval.OfAccuracy(Outcomes(50, 0), seed: 1);
        Assert.Equal((1, 1), (interval.Lower, interval.Upper));
    }

    [Fact]
    public void OfAccuracy_SameSeed_IsTheSame()
    {
        Assert.Equal(BootstrapInterval.OfAccuracy(Outcomes(31, 20), 7), BootstrapInterval.OfAccuracy(Outcomes(31, 20), 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapInterval.OfAccuracy([], 7));
    }

    private static bool[] Outcomes(int right, int wrong) => [.. Enumerable.Repeat(true, right), .. Enumerable.Repeat(false, wrong)];
}
