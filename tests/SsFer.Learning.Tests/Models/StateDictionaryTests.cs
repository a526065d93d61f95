using SsFer.Learning.Models;
using SsFer.Learning.Tests.Golden;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Models;

/// <summary>
/// Weights stay exchangeable with timm and MAE: the listings were written by PyTorch's <c>state_dict()</c>, see parity.py.
/// </summary>
public sealed class StateDictionaryTests
{
    [Fact]
    public void VisionTransformer_Tiny_HasTimmsKeysShapesAndOrder() =>
        AssertListing("parity.vit-tiny.txt", new VisionTransformer(ModelSettings.Tiny, 8).Layout);

    [Fact]
    public void MaskedAutoencoder_Tiny_HasMaesKeysShapesAndOrder() =>
        AssertListing(
            "parity.mae-tiny.txt",
            new MaskedAutoencoder(
                ModelSettings.Tiny,
                new DecoderSettings
                {
                    Width = 96,
                    Depth = 1,
                    Heads = 3,
                }
            ).Layout
        );

    private static void AssertListing(string file, ParameterLayout layout) =>
        Assert.Equal(
            File.ReadAllLines(Path.Combine(ParityNumbers.FolderPath, file)),
            layout.Specs.Select(spec => $"{spec.Name} [{string.Join(", ", spec.Shape)}]")
        );
}
