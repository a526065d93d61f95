using SsFer.Inference.Drift;

namespace SsFer.Inference.Tests.Drift;

public sealed class PopulationStabilityTests
{
    [Theory]
    [InlineData(new long[] { 4, 5 }, new long[] { 4, 5 }, 0)]
    [InlineData(new long[] { 4, 5 }, new long[] { 6, 3 }, 0.163942)] // 0.2 ln(0.65 / 0.45) - 0.2 ln(0.35 / 0.55)
    [InlineData(new long[] { 6, 3 }, new long[] { 4, 5 }, 0.163942)]
    [InlineData(new long[] { 4, 0, 5 }, new long[] { 6, 0, 3 }, 0.163942)] // a bin that nobody is in is none
    [InlineData(new long[] { 9, 0 }, new long[] { 8, 1 }, 0.120984)] // -0.1 ln(0.85 / 0.95) + 0.1 ln(0.15 / 0.05)
    [InlineData(new long[] { 100, 100 }, new long[] { 0, 200 }, 2.982070)] // 100 / 201 ln(401)
    public void Index_OfCounts_IsTheSumOverTheirShares(long[] expected, long[] actual, double index) =>
        Assert.Equal(index, PopulationStability.Index(expected, actual), 6);

    [Theory]
    [InlineData(new long[] { 1, 2 }, new long[] { 1, 2, 3 })]
    [InlineData(new long[] { 0, 0 }, new long[] { 1, 2 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 0, 0 })]
    public void Index_OfWhatCannotBeCompared_IsRefused(long[] expected, long[] actual) =>
        Assert.Throws<ArgumentException>(() => PopulationStability.Index(expected, actual));
}
