namespace SsFer.Recipes.Tests;

public sealed class ClassListTests
{
    [Fact]
    public void OrderOf_TheSameClassesInAnotherOrderAndSpelling_TellsWhereEachStands() =>
        Assert.Equal([2, 0, 1], ClassList.OrderOf(["Anger", "caf\u00e9", "Joy"], ["joy", "anger", "cafe\u0301"])!);

    [Theory]
    [InlineData("anger,joy", "anger,joy,fear", "has [fear] besides")]
    [InlineData("anger,joy,fear", "joy,anger", "lacks [fear]")]
    [InlineData("anger,joy", "joy,fear", "lacks [anger] and has [fear] besides")]
    [InlineData("anger,joy", "JOY,anger", null)]
    public void Difference_OfTwoLists_NamesWhatIsMissingAndWhatIsMore(string classes, string other, string? expected)
    {
        Assert.Equal(expected, ClassList.Difference(classes.Split(','), other.Split(',')));
        Assert.Equal(expected is null, ClassList.OrderOf(classes.Split(','), other.Split(',')) is not null);
    }
}
