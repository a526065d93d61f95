using SsFer.Learning.Objectives;
using SsFer.Learning.Tensors;
using SsFer.Learning.Tests.Golden;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives;

public sealed class PseudoLabelsTests
{
    [Fact]
    public void Loss_OfGivenLogits_EqualsPyTorch()
    {
        using var scope = NewDisposeScope();

        ParityNumbers.AssertClose(
            "objectives.pseudo",
            PseudoLabels.From(ParityNumbers.Get("objectives.mixed"), 0.7).Loss(ParityNumbers.Get("objectives.plain"))
        );
    }

    /// <summary>Equation 3 keeps what is above the threshold; equal logits make the probability exactly one half.</summary>
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.4999, 1)]
    [InlineData(0.5001, 0)]
    public void From_WithAProbabilityOfOneHalf_KeepsItOnlyAboveTheThreshold(double threshold, float kept)
    {
        using var scope = NewDisposeScope();

        Assert.Equal([kept], PseudoLabels.From(zeros(1, 2), threshold).Kept.data<float>().ToArray());
    }

    [Fact]
    public void From_ACertainTeacherAtThresholdOne_KeepsNothing()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(
            [0],
            PseudoLabels
                .From(
                    tensor(
                        new[,]
                        {
                            { 200f, 0f },
                        }
                    ),
                    1
                )
                .Kept.data<float>()
                .ToArray()
        );
    }

    [Fact]
    public void Loss_WithNothingKept_IsZeroAndGivesNoGradient()
    {
        using var scope = NewDisposeScope();
        var student = ParityNumbers.Get("objectives.plain").clone().requires_grad_(true);

        var loss = PseudoLabels.From(zeros(6, 7), 0.7).Loss(student);
        loss.backward();

        Assert.Equal(0, loss.item<float>());
        Assert.Equal(0, student.grad!.abs().max().item<float>());
    }

    /// <summary>Equation 4 divides by the whole batch: of four pictures one is kept, so its loss counts a quarter.</summary>
    [Fact]
    public void Loss_IsTheMeanOverTheWholeBatch()
    {
        using var scope = NewDisposeScope();
        var teacher = tensor(
            new[,]
            {
                { 0f, 0f },
                { 9f, 0f },
                { 0f, 0f },
                { 0f, 0f },
            }
        );

        Assert.Equal(Math.Log(2) / 4, PseudoLabels.From(teacher, 0.7).Loss(zeros(4, 2)).item<float>(), 6);
    }

    [Fact]
    public void From_ATeacherWithGradients_GivesLabelsWithout()
    {
        using var scope = NewDisposeScope();
        var teacher = zeros(2, 3, requires_grad: true);

        Assert.False(PseudoLabels.From(teacher.Times(2), 0).Kept.requires_grad);
    }
}
