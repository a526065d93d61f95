using CsCheck;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Objectives;
using SsFer.Learning.Tensors;
using SsFer.Learning.Tests.Golden;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives;

public sealed class FaceMixTests
{
    private static readonly long[] Classes = [6, 1, 1, 0, 5, 2];

    [Fact]
    public void Loss_OfGivenLogits_EqualsPyTorch()
    {
        using var scope = NewDisposeScope();

        var loss = Loss(0.71875, ParityNumbers.Get("objectives.kappa"), FaceMixLoss.L4);

        ParityNumbers.AssertClose("objectives.faceMix", loss);
    }

    [Fact]
    public void Loss_WithKappaZero_IsPlainMixups()
    {
        using var scope = NewDisposeScope();
        var mixed = ParityNumbers.Get("objectives.mixed");

        var loss = Loss(0.3, zeros(6), FaceMixLoss.L4);

        Assert.Equal(FaceMix.MixedLoss(mixed, Targets(), 0.3, 0.1).mean().item<float>(), loss.item<float>());
    }

    /// <summary>Two pairs by hand: L_v 2, 6, 4, 8; L_i 1, 3, 5, 7, so that L_i + L_j is 8 for all; kappa 0.25, 0.5, 0.5, 0.25.</summary>
    [Theory]
    [InlineData(FaceMixLoss.L1, (1.5 + 3 + 2 + 6 + 32) / 4)] // (1 - k) L_v + L_i + L_j
    [InlineData(FaceMixLoss.L2, (2 + 6 + 6 + 4 + 4 + 4 + 8 + 6) / 4.0)] // L_v + (1 - k)(L_i + L_j)
    [InlineData(FaceMixLoss.L3, (0.5 + 3 + 2 + 2 + 32) / 4)] // k L_v + L_i + L_j
    [InlineData(FaceMixLoss.L4, (2 + 2 + 6 + 4 + 4 + 4 + 8 + 2) / 4.0)] // L_v + k (L_i + L_j)
    public void Loss_OfFourPictures_IsThePapersByHand(FaceMixLoss weighting, double expected)
    {
        using var scope = NewDisposeScope();

        var loss = FaceMix.Loss(
            tensor(new float[] { 2, 6, 4, 8 }),
            tensor(new float[] { 1, 3, 5, 7 }),
            tensor(new[] { 0.25f, 0.5f, 0.5f, 0.25f }),
            weighting
        );

        Assert.Equal(expected, loss.item<float>(), 1e-6);
    }

    /// <summary>In each, both the mixed and the real pictures teach, and where kappa stands it matters.</summary>
    [Theory]
    [InlineData(FaceMixLoss.L1)]
    [InlineData(FaceMixLoss.L2)]
    [InlineData(FaceMixLoss.L3)]
    [InlineData(FaceMixLoss.L4)]
    public void Loss_HasAGradientForBothItsParts(FaceMixLoss weighting)
    {
        using var scope = NewDisposeScope();
        Tensor mixed = ParityNumbers.Get("objectives.mixed").clone().requires_grad_(true),
            plain = ParityNumbers.Get("objectives.plain").clone().requires_grad_(true);

        FaceMix
            .Loss(
                FaceMix.MixedLoss(mixed, Targets(), 0.3, 0.1),
                CrossEntropy.Soft(plain, Targets()),
                ParityNumbers.Get("objectives.kappa"),
                weighting
            )
            .backward();

        Assert.All([mixed, plain], each => Assert.NotEqual(0, each.grad!.abs().sum().item<float>()));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public void Mix_AtTheEndsOfLambda_IsOneOfTheTwoPicturesAndItsSmoothedLabel(double lambda, bool partner)
    {
        using var scope = NewDisposeScope();
        var pictures = ParityNumbers.Get("pictures");
        var logits = ParityNumbers.Get("objectives.mixed");
        var targets = partner ? Targets().flip(0) : Targets();

        var mixed = FaceMix.Mix(pictures, lambda);
        var loss = FaceMix.MixedLoss(logits, Targets(), lambda, 0.1);

        Assert.Equal((partner ? pictures.flip(0) : pictures).data<float>().ToArray(), mixed.data<float>().ToArray());
        Assert.Equal(CrossEntropy.Soft(logits, CrossEntropy.Smooth(targets, 0.1)).data<float>().ToArray(), loss.data<float>().ToArray());
    }

    /// <summary>The reference code mixes in place, and then takes the losses of the unmixed pictures on mixed ones.</summary>
    [Fact]
    public void Mix_LeavesItsInputUntouched()
    {
        using var scope = NewDisposeScope();
        var pictures = ParityNumbers.Get("pictures").clone();
        var before = pictures.data<float>().ToArray();

        var mixed = FaceMix.Mix(pictures, 0.25);

        Assert.Equal(before, pictures.data<float>().ToArray());
        Assert.NotEqual(before, mixed.data<float>().ToArray());
    }

    [Fact]
    public void Mix_OfFourPictures_FollowsEquationSixByHand()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(
            [0.25f * 1 + 0.75f * 8, 0.25f * 2 + 0.75f * 4, 0.25f * 4 + 0.75f * 2, 0.25f * 8 + 0.75f * 1],
            FaceMix.Mix(tensor(new float[] { 1, 2, 4, 8 }), 0.25).data<float>().ToArray()
        );
    }

    [Fact]
    public void Partner_OfAPartner_IsOneself() =>
        Gen.Int[1, 300]
            .SelectMany(n => Gen.Int[0, n - 1].Select(i => (n, i)))
            .Sample((n, i) => FaceMixPairing.Partner(FaceMixPairing.Partner(i, n), n) == i);

    [Fact]
    public void Kappa_IsTheSameForBothOfAPair_AndItsTensorPairingIsTheDatas()
    {
        using var scope = NewDisposeScope();
        FaceBox[] boxes = [new(0, 0, 1, 1), new(0, 0, 0.5f, 1), new(0.25f, 0, 0.75f, 1), new(0.5f, 0.5f, 1, 1)];
        var kappa = new float[4];

        FaceMixPairing.Kappa(boxes, kappa);

        // IoU by hand: whole and quarter 1/4; left half and middle half 1/3.
        Assert.Equal(
            [0.75f, 2 / 3f, 2 / 3f, 0.75f],
            kappa.Select(k => MathF.Round(k, 6)).Zip([0.75f, 2 / 3f, 2 / 3f, 0.75f], (k, e) => MathF.Abs(k - e) < 1e-6f ? e : k)
        );
        var numbers = ScalarOperations.Multiples(4, 1, CPU).to(ScalarType.Float32);
        Assert.Equal(
            Enumerable.Range(0, 4).Select(i => (float)FaceMixPairing.Partner(i, 4)),
            FaceMix.Mix(numbers, 0).data<float>().ToArray()
        );
    }

    private static Tensor Loss(double lambda, Tensor kappa, FaceMixLoss weighting) =>
        FaceMix.Loss(
            FaceMix.MixedLoss(ParityNumbers.Get("objectives.mixed"), Targets(), lambda, 0.1),
            CrossEntropy.Soft(ParityNumbers.Get("objectives.plain"), Targets()),
            kappa,
            weighting
        );

    private static Tensor Targets() => CrossEntropy.OneHot(tensor(Classes), 7);
}
