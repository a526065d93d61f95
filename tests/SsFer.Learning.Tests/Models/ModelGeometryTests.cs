using SsFer.Learning.Models;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Models;

public sealed class ModelGeometryTests
{
    public static TheoryData<string> Presets => [.. RecipeCatalog.All.Select(recipe => recipe.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void ParameterCount_OfARecipe_IsThatOfTheModel(string recipe)
    {
        var settings = RecipeCatalog.Get(recipe).Model;

        Assert.Equal(Networks.Create(settings, classes: 7).Layout.ParameterCount, settings.ParameterCount(classes: 7));
    }

    [Fact]
    public void FitsOnnx_UpToTwoGibibytes_HoldsForLargeAndNotForHuge()
    {
        Assert.True(ModelSettings.Large.FitsOnnx);
        Assert.False(ModelSettings.Huge.FitsOnnx);
    }
}
