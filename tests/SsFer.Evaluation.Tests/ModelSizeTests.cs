using SsFer.Recipes;

namespace SsFer.Evaluation.Tests;

public sealed class ModelSizeTests
{
    [Theory]
    [InlineData(640, "640")]
    [InlineData(9_400, "9.4 k")]
    [InlineData(94_980, "95 k")]
    [InlineData(402_000, "402 k")]
    [InlineData(999_700, "1.0 M")]
    [InlineData(2_700_000, "2.7 M")]
    [InlineData(86_000_000, "86 M")]
    [InlineData(1_300_000_000, "1.3 G")]
    [InlineData(17_580_000_000, "18 G")]
    public void Short_OfACount_NeverRoundsToNothing(long count, string text) => Assert.Equal(text, ModelSize.Short(count));

    [Fact]
    public void Of_ABaseline_LeavesRunningStatisticsOut_AndSaysSo() =>
        Assert.Equal(
            "11 M parameters (with fixed positions, without running statistics), 1.8 G multiply-adds a face (linear layers and "
                + "convolutions alone)",
            ModelSize.Of(RecipeCatalog.Paper.With("Model=ResNet18").Model, classes: 8).ToString()
        );
}
