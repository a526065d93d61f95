using SsFer.Learning.Models;
using SsFer.Recipes;
using SsFer.Recipes.Baselines;

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
    public void Model_NamedBaseline_IsOfItsKindAndKeepsThePicture()
    {
        var recipe = RecipeCatalog.Compact.With("Model=mobilenetv2");

        Assert.Equal(
            (ModelKind.Baseline, BaselineKind.MobileNetV2, RecipeCatalog.Compact.Model.ImageSize),
            (recipe.Model.Kind, recipe.Model.Baseline, recipe.Model.ImageSize)
        );
    }

    [Fact]
    public void Model_Baseline_OfATinyPicture_NamesTheSetting() =>
        Assert.Equal(
            "Model.Baseline = VGG11 halves the side five times: Model.ImageSize = 24 must be at least 32",
            Assert.Throws<RecipeException>(() => RecipeCatalog.Compact.With("Model=VGG11", "Model.ImageSize=24")).Message
        );

    [Fact]
    public void Model_UnknownSize_NamesThoseThereAre() =>
        Assert.Contains(
            "Tiny, Small, Base, Large, Huge, ResNet18",
            Assert.Throws<RecipeException>(() => RecipeCatalog.Paper.With("Model=Gigantic")).Message,
            StringComparison.Ordinal
        );
}
