using CsCheck;
using SsFer.Importing.FerPlus;

namespace SsFer.Importing.Tests;

public sealed class FerPlusLabelsTests
{
    private static readonly Gen<int[]> Votes = Gen.Int[0, 10].Array[10];

    // Columns: neutral happiness surprise sadness anger disgust fear contempt unknown NF. Worked out by hand.
    [Theory]
    [InlineData("4 0 0 1 3 2 0 0 0 0", "neutral", null)] // single vote gone: 4 of 9 is no majority
    [InlineData("5 0 0 3 1 0 0 0 1 0", "neutral", "neutral")] // 5 of 8
    [InlineData("4 0 0 4 1 0 0 0 1 0", "neutral", null)] // tie: the first column; half is not more than half
    [InlineData("0 0 0 5 0 0 0 0 5 0", "sadness", null)] // tie with unknown: the class stands first
    [InlineData("0 0 0 2 0 0 0 0 8 0", null, null)] // unknown wins
    [InlineData("0 0 0 0 0 0 0 0 0 10", null, null)] // no face
    [InlineData("1 1 1 1 1 1 1 1 1 1", "neutral", null)] // nothing is left for a majority
    [InlineData("0 1 0 0 0 1 2 1 4 1", null, null)] // 4 of 6, but unknown
    [InlineData("0 0 0 0 0 0 1 6 2 1", "contempt", "contempt")]
    [InlineData("0 0 0 0 0 0 0 0 0 0", null, null)]
    public void Decide_HandComputedVotes_GiveTheLabel(string votes, string? plurality, string? majority)
    {
        var counts = votes.Split(' ').Select(int.Parse).ToArray();

        Assert.Equal(plurality, FerPlusLabels.Decide(FerPlusRule.Plurality, counts));
        Assert.Equal(majority, FerPlusLabels.Decide(FerPlusRule.Majority, counts));
    }

    [Fact]
    public void Decide_Majority_NeverContradictsPlurality() =>
        Votes.Sample(votes =>
        {
            var majority = FerPlusLabels.Decide(FerPlusRule.Majority, votes);
            Assert.True(majority is null || majority == FerPlusLabels.Decide(FerPlusRule.Plurality, votes));
        });

    [Fact]
    public void Decide_Plurality_WinnerHoldsTheMostVotes() =>
        Votes.Sample(votes =>
        {
            var label = FerPlusLabels.Decide(FerPlusRule.Plurality, votes);
            var most = votes.Max();
            var column = Array.IndexOf(votes, most);
            Assert.Equal(most > 0 && column < 8 ? FerPlusLabels.Classes[column] : null, label);
        });

    [Fact]
    public void Decide_NineVoteColumns_IsRefused() =>
        Assert.Throws<ArgumentException>(() => FerPlusLabels.Decide(FerPlusRule.Plurality, new int[9]));
}
