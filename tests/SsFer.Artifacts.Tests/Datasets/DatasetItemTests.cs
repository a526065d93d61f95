using SsFer.Artifacts.Datasets;

namespace SsFer.Artifacts.Tests.Datasets;

public sealed class DatasetItemTests
{
    private static readonly DatasetItem Voted = new()
    {
        Key = "0",
        Split = "train",
        Source = "test",
        Label = "happiness",
        Votes = new Dictionary<string, int> { ["happiness"] = 6, ["surprise"] = 4 },
    };

    [Fact]
    public void Relabelled_ToTheSameLabel_KeepsItsVotes() => Assert.Equal(Voted, Voted.Relabelled("happiness"));

    [Theory]
    [InlineData("surprise")]
    [InlineData(null)]
    public void Relabelled_ToAnother_LosesThem(string? label) =>
        Assert.Equal((label, null), (Voted.Relabelled(label).Label, Voted.Relabelled(label).Votes));
}
