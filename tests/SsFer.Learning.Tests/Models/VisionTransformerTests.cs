using SsFer.Learning.Models;
using SsFer.Learning.Objectives;
using SsFer.Learning.Tests.Golden;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

public sealed class VisionTransformerTests
{
    private const int Classes = 5;

    private static readonly ModelSettings Settings = new()
    {
        ImageSize = 24,
        PatchSize = 6,
        Width = 24,
        Depth = 2,
        Heads = 2,
    };

    [Fact]
    public void Logits_OfGivenWeights_EqualPyTorch()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = new VisionTransformer(Settings, Classes);
        using var parameters = Loaded(model);

        ParityNumbers.AssertClose("vit.logits", model.Forward(parameters, ParityNumbers.Get("pictures")));
    }

    [Fact]
    public void FaceMixLossAndGradients_OfGivenWeights_EqualPyTorch()
    {
        using var scope = NewDisposeScope();
        var model = new VisionTransformer(Settings, Classes);
        using var parameters = Loaded(model);
        var pictures = ParityNumbers.Get("pictures");
        const double Lambda = 0.3125;

        var logits = model.Forward(parameters, cat([FaceMix.Mix(pictures, Lambda), pictures])).chunk(2);
        var targets = CrossEntropy.OneHot(tensor(new long[] { 3, 0, 4, 0 }), model.Classes);
        var loss = FaceMix.Loss(
            FaceMix.MixedLoss(logits[0], targets, Lambda, 0.1),
            CrossEntropy.Soft(logits[1], targets),
            tensor(new[] { 0.25f, 0.625f, 0.625f, 0.25f }),
            FaceMixLoss.L4
        );
        loss.backward();

        ParityNumbers.AssertClose("vit.loss", loss);
        ParityNumbers.AssertGradients("vit.gradient.", parameters);
    }

    [Fact]
    public void Logits_OfPicturesInAnotherOrder_FollowTheOrder()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = new VisionTransformer(Settings, Classes);
        using var parameters = Loaded(model);
        var pictures = ParityNumbers.Get("pictures");

        var reversed = model.Forward(parameters, pictures.flip(0)).flip(0);

        Assert.True(reversed.allclose(model.Forward(parameters, pictures), rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void Layout_OfViTBaseWithEightClasses_HasThePublishedParameterCount()
    {
        var model = new VisionTransformer(ModelSettings.Base, 8);

        // timm's vit_base_patch16_224 without its head has 85,798,656 parameters; ours adds 8 x (768 + 1).
        Assert.Equal(85_798_656 + (8 * 769), model.Layout.ParameterCount);
    }

    private static ParameterSet Loaded(VisionTransformer model)
    {
        var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: true);
        var encoder = NamedWeights.Load(parameters, ParityNumbers.Under("mae.weight."), "parity");
        Assert.Equal(["head.weight", "head.bias"], encoder.Missing);
        NamedWeights.Load(parameters, ParityNumbers.Under("vit.weight."), "parity");
        return parameters;
    }
}
