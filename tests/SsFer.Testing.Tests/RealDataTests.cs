namespace SsFer.Testing.Tests;

public sealed class RealDataTests
{
    [Fact]
    public void Folder_Relative_IsMadeAbsoluteWhereItIsRead() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "some", "data"), RealData.FolderOf("some/data"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Folder_NotSet_IsNone(string? value) => Assert.Null(RealData.FolderOf(value));
}
