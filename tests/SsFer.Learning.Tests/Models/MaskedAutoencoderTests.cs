using SsFer.Learning.Models;
using SsFer.Learning.Tests.Golden;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

public sealed class MaskedAutoencoderTests
{
    private const int Visible = 5;

    private static readonly ModelSettings Encoder = new()
    {
        ImageSize = 24,
        PatchSize = 6,
        Width = 24,
        Depth = 2,
        Heads = 2,
    };
    private static readonly DecoderSettings Decoder = new()
    {
        Width = 12,
        Depth = 1,
        Heads = 3,
    };

    [Theory]
    [InlineData(true, "normalised")]
    [InlineData(false, "plain")]
    public void LossAndGradients_OfGivenWeights_EqualPyTorch(bool normalise, string kind)
    {
        using var scope = NewDisposeScope();
        var model = new MaskedAutoencoder(Encoder, Decoder);
        using var parameters = Loaded(model);

        var loss = model.Loss(parameters, ParityNumbers.Get("pictures"), ParityNumbers.Get("mae.shuffle"), Visible, normalise);
        loss.backward();

        ParityNumbers.AssertClose($"mae.{kind}.loss", loss);
        ParityNumbers.AssertGradients($"mae.{kind}.gradient.", parameters);
    }

    [Fact]
    public void Reconstruction_OfGivenWeights_EqualsPyTorch()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = new MaskedAutoencoder(Encoder, Decoder);
        using var parameters = Loaded(model);
        var shuffle = ParityNumbers.Get("mae.shuffle");
        var patches = PatchEmbedding.Patchify(ParityNumbers.Get("pictures"), Encoder);
        var seen = patches.gather(1, shuffle.narrow(1, 0, Visible).unsqueeze(2).expand(-1, -1, patches.shape[2]));

        ParityNumbers.AssertClose("mae.prediction", model.Reconstruct(parameters, seen, shuffle, Visible));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void Loss_WithNothingToSeeOrToReconstruct_IsRefused(int visible)
    {
        using var scope = NewDisposeScope();
        var model = new MaskedAutoencoder(Encoder, Decoder);
        using var parameters = Loaded(model);

        var fault = Assert.Throws<ArgumentException>(() =>
            model.Loss(parameters, ParityNumbers.Get("pictures"), ParityNumbers.Get("mae.shuffle"), visible)
        );

        Assert.Contains($"{visible} visible of 16", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_OfPicturesOfAnotherSize_NamesBothShapes()
    {
        using var scope = NewDisposeScope();
        var model = new MaskedAutoencoder(Encoder, Decoder);
        using var parameters = Loaded(model);

        var fault = Assert.Throws<ArgumentException>(() =>
            model.Loss(parameters, zeros(4, 3, 30, 24), ParityNumbers.Get("mae.shuffle"), Visible)
        );

        Assert.Contains("[N, 3, 24, 24]", fault.Message, StringComparison.Ordinal);
        Assert.Contains("[4, 3, 30, 24]", fault.Message, StringComparison.Ordinal);
    }

    private static ParameterSet Loaded(MaskedAutoencoder model)
    {
        var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: true);
        var report = NamedWeights.Load(parameters, ParityNumbers.Under("mae.weight."), "parity");
        Assert.Empty(report.Missing);
        Assert.Empty(report.Unexpected);
        return parameters;
    }
}
