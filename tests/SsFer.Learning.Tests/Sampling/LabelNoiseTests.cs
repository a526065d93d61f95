using SsFer.Learning.Sampling;

namespace SsFer.Learning.Tests.Sampling;

public sealed class LabelNoiseTests
{
    private const int Classes = 7;

    private static readonly int[] Labels = [.. Enumerable.Range(0, 7000).Select(i => i % Classes)];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 700)]
    [InlineData(0.3, 2100)]
    [InlineData(1, 7000)]
    public void Draw_AShare_GivesThatManyAnotherClass(double share, int expected)
    {
        var wrong = LabelNoise.Draw(Labels, Classes, share, seed: 5);

        Assert.Equal(expected, wrong.Count);
        Assert.All(wrong, each => Assert.True(each.Value != Labels[each.Key] && each.Value is >= 0 and < Classes));
    }

    [Fact]
    public void Draw_ASmallerShareOfTheSameSeed_IsPartOfALarger_AndOfAnotherSeedIsAnother()
    {
        var (tenth, third) = (LabelNoise.Draw(Labels, Classes, 0.1, 5), LabelNoise.Draw(Labels, Classes, 0.3, 5));

        Assert.Subset(third.ToHashSet(), tenth.ToHashSet());
        Assert.NotEqual(tenth.Keys.Order(), LabelNoise.Draw(Labels, Classes, 0.1, 6).Keys.Order());
    }

    /// <summary>Each of six others a sixth of a thousand times: chi-squared with five degrees, 99.9 % of draws are below 20.5.</summary>
    [Fact]
    public void Draw_OfEachClass_TakesTheOthersEqually()
    {
        var wrong = LabelNoise.Draw(Labels, Classes, 1, seed: 1);

        Assert.All(Enumerable.Range(0, Classes), label =>
        {
            var counts = wrong.Where(each => Labels[each.Key] == label).CountBy(each => each.Value).ToDictionary();
            Assert.Equal(Classes - 1, counts.Count);
            Assert.InRange(counts.Values.Sum(count => Math.Pow(count - 1000.0 / 6, 2) / (1000.0 / 6)), 0, 20.5);
        });
    }

    [Fact]
    public void Draw_OfTwoClasses_TurnsThem() =>
        Assert.All(LabelNoise.Draw([0, 1, 1], 2, 1, seed: 0), each => Assert.Equal(each.Key == 0 ? 1 : 0, each.Value));
}
