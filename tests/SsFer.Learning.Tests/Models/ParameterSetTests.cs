using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

public sealed class ParameterSetTests
{
    private static readonly VisionTransformer Model = new(
        new ModelSettings
        {
            ImageSize = 16,
            PatchSize = 8,
            Width = 8,
            Depth = 1,
            Heads = 2,
        },
        3
    );

    [Fact]
    public void Initialised_WithTheSameSeed_GivesTheSameValues_AndAnotherSeedOthers()
    {
        using var a = ParameterSet.Initialised(Model.Layout, 7);
        using var b = ParameterSet.Initialised(Model.Layout, 7);
        using var c = ParameterSet.Initialised(Model.Layout, 8);

        Assert.Equal(a.Flat.data<float>().ToArray(), b.Flat.data<float>().ToArray());
        Assert.NotEqual(a.Flat.data<float>().ToArray(), c.Flat.data<float>().ToArray());
    }

    [Fact]
    public void Initialised_LinearLayers_FillXaviersBound()
    {
        using var scope = NewDisposeScope();
        var model = new VisionTransformer(
            new ModelSettings
            {
                ImageSize = 16,
                PatchSize = 8,
                Width = 64,
                Depth = 1,
                Heads = 2,
            },
            3
        );
        using var set = ParameterSet.Initialised(model.Layout, 7);
        var largest = set[model.Layout.Find("blocks.0.mlp.fc1.weight")!.Value].abs().max().item<float>();
        var bound = Math.Sqrt(6.0 / (64 + 256));

        Assert.InRange(largest, 0.99 * bound, bound);
        Assert.Equal(0, set[model.Layout.Find("blocks.0.mlp.fc1.bias")!.Value].abs().max().item<float>());
        Assert.Equal(1, set[model.Layout.Find("norm.weight")!.Value].min().item<float>());
    }

    [Fact]
    public void Backward_AddsIntoTheFlatGradient_AtTheParametersPlace()
    {
        using var scope = NewDisposeScope();
        using var set = ParameterSet.Zeros(Model.Layout, ScalarType.Float32, CPU, withGradients: true);
        var slot = Model.Layout.Find("head.bias")!.Value;

        (set[slot] * tensor(new float[] { 1, 2, 3 })).sum().backward();
        set[slot].Times(10).sum().backward();

        Assert.Equal([11, 12, 13], set.Gradient!.narrow(0, Model.Layout.OffsetOf(slot), 3).data<float>().ToArray());
        Assert.Equal(36, set.Gradient.sum().item<float>());
    }

    [Fact]
    public void Layout_PutsDecayingParametersFirst_AndFrozenOnesLast()
    {
        var layout = new MaskedAutoencoder(
            new ModelSettings
            {
                ImageSize = 16,
                PatchSize = 8,
                Width = 8,
                Depth = 1,
                Heads = 2,
            },
            new DecoderSettings
            {
                Width = 8,
                Depth = 1,
                Heads = 2,
            }
        ).Layout;

        for (var i = 0; i < layout.Specs.Count; i++)
        {
            var spec = layout.Specs[i];
            var decays = spec.Shape.Count > 1 && !spec.Name.EndsWith("pos_embed", StringComparison.Ordinal);
            var frozen = spec.Name.EndsWith("pos_embed", StringComparison.Ordinal);
            var offset = layout.OffsetOf(new ParameterSlot(i));
            Assert.True(frozen == offset >= layout.TrainableLength, spec.Name);
            Assert.True(decays == offset < layout.DecayedLength, spec.Name);
            Assert.Equal(0, offset % 32);
        }
    }
}
