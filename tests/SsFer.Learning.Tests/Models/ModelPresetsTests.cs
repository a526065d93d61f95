using SsFer.Learning.Models;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Models;

public sealed class ModelPresetsTests
{
    // Encoder parameters without a head, from timm's vit_*_patch16_224 (patch 14 for Huge) with num_classes = 0.
    [Theory]
    [InlineData("Tiny", 5_524_416)]
    [InlineData("Small", 21_665_664)]
    [InlineData("Base", 85_798_656)]
    [InlineData("Large", 303_301_632)]
    [InlineData("Huge", 630_764_800)]
    public void Model_NamedSize_HasTimmsNumberOfParameters(string name, long parameters)
    {
        var recipe = RecipeCatalog.Paper.With($"Model={name}");

        const int Classes = 2;
        Assert.Equal(parameters, new VisionTransformer(recipe.Model, Classes).Layout.ParameterCount - (Classes * (recipe.Model.Width + 1)));
    }

    [Fact]
    public void Model_NamedSize_KeepsThePictureAndTakesItsDecoder()
    {
        var recipe = RecipeCatalog.Compact.With("Model=Small", "Model.PatchSize=8");

        Assert.Equal((48, 8, 384, 6), (recipe.Model.ImageSize, recipe.Model.PatchSize, recipe.Model.Width, recipe.Model.Heads));
        Assert.Equal((192, 1, 6), (recipe.Decoder.Width, recipe.Decoder.Depth, recipe.Decoder.Heads));
    }

    [Fact]
    public void Model_NamedSize_OfARecipeWithAResNet_IsAViTAllTheSame() =>
        Assert.Equal(ModelKind.ViT, RecipeCatalog.Served.With("Model=Tiny").Model.Kind);

    [Fact]
    public void Model_UnknownSize_NamesThoseThereAre() =>
        Assert.Contains(
            "Tiny, Small, Base, Large, Huge",
            Assert.Throws<RecipeException>(() => RecipeCatalog.Paper.With("Model=Gigantic")).Message,
            StringComparison.Ordinal
        );
}
