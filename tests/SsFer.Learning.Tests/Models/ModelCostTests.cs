using SsFer.Learning.Models;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Models;

public sealed class ModelCostTests
{
    [Fact]
    public void LinearMultiplyAdds_OfViTBaseAt224_IsTheFigureOfTheMethod() =>
        Assert.Equal(16.9e9, ModelCost.LinearMultiplyAdds(ModelSettings.Base, 1000), 0.06e9);

    [Fact]
    public void ClassifierStep_OfOneBlock_IsTheSumByHand()
    {
        // 4 patches of 12 values, width 4, hidden 16, 5 tokens, 2 classes.
        var model = new ModelSettings
        {
            ImageSize = 4,
            PatchSize = 2,
            Width = 4,
            Depth = 1,
            Heads = 1,
        };
        long embedding = 2 * 4 * 12 * 4;
        long keysAndValues = 2 * 5 * 4 * 8,
            firstToken = 2 * ((4 * 4) + (4 * 4) + (4 * 16) + (16 * 4)),
            attention = 2 * 2 * 5 * 4,
            head = 2 * 4 * 2;

        Assert.Equal((2 * embedding) + (3 * (keysAndValues + firstToken + attention + head)), ModelCost.ClassifierStep(model, 2));
        Assert.Equal(embedding + keysAndValues + firstToken + attention + head, ModelCost.ClassifierForward(model, 2));
    }

    [Fact]
    public void AutoencoderStep_OfOneBlock_IsTheSumByHand()
    {
        // 4 patches of 12 values, one visible: 2 tokens of width 4 in the encoder, 5 of width 8 in the decoder.
        var model = new ModelSettings
        {
            ImageSize = 4,
            PatchSize = 2,
            Width = 4,
            Depth = 1,
            Heads = 1,
        };
        var decoder = new DecoderSettings
        {
            Width = 8,
            Depth = 1,
            Heads = 1,
        };
        long embedding = 2 * 1 * 12 * 4;
        long encoder = (2 * 2 * ((4 * 4 * 4) + (2 * 4 * 16))) + (2 * 2 * 2 * 2 * 4);
        long bridge = 2 * 2 * 4 * 8;
        long decoding = (2 * 5 * ((4 * 8 * 8) + (2 * 8 * 32))) + (2 * 2 * 5 * 5 * 8);
        long prediction = 2 * 3 * 8 * 12;

        Assert.Equal((2 * embedding) + (3 * (encoder + bridge + decoding + prediction)), ModelCost.AutoencoderStep(model, decoder, 0.75));
    }
}
