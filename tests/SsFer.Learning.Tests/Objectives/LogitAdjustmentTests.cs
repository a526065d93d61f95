using SsFer.Learning.Objectives;
using SsFer.Learning.Tests.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives;

public sealed class LogitAdjustmentTests
{
    [Fact]
    public void Apply_AddsTheLogarithmOfEachClassesShare()
    {
        using var scope = NewDisposeScope();
        // Classes 0, 1, 2, 0, 1: shares 2/5, 2/5, 1/5, and half of one of five for a class that nobody has
        var faces = new SyntheticFaces(5, 3);
        using var adjustment = LogitAdjustment.Of(2, faces, classes: 4, CPU)!;

        var adjusted = adjustment.Apply(tensor(new[] { 1f, 0f, 3f, 0f }).view(1, 4)).data<float>().ToArray();

        Assert.Equal(
            [1 + (2 * Math.Log(0.4)), 2 * Math.Log(0.4), 3 + (2 * Math.Log(0.2)), 2 * Math.Log(0.1)],
            adjusted.Select(value => (double)value),
            (expected, actual) => Math.Abs(expected - actual) < 1e-5
        );
    }

    /// <summary>A classifier that says the shares alone has learnt them all: none is left to learn of.</summary>
    [Fact]
    public void Loss_OfLogitsThatSayNothing_IsThatOfTheShares()
    {
        using var scope = NewDisposeScope();
        using var adjustment = LogitAdjustment.Of(1, new SyntheticFaces(5, 3), classes: 3, CPU)!;

        var loss = CrossEntropy.Hard(adjustment.Apply(zeros(1, 3)), tensor(new long[] { 2 })).item<float>();

        Assert.Equal(-Math.Log(0.2), loss, 1e-5);
    }

    [Fact]
    public void Of_NoStrength_IsNothing() => Assert.Null(LogitAdjustment.Of(0, new SyntheticFaces(5, 3), classes: 3, CPU));
}
