using SsFer.Learning.Objectives;
using SsFer.Learning.Tensors;
using SsFer.Learning.Tests.Golden;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives;

public sealed class CrossEntropyTests
{
    [Fact]
    public void Soft_OfGivenTargets_EqualsPyTorch()
    {
        using var scope = NewDisposeScope();

        ParityNumbers.AssertClose(
            "objectives.soft",
            CrossEntropy.Soft(ParityNumbers.Get("objectives.mixed"), ParityNumbers.Get("objectives.targets"))
        );
    }

    [Fact]
    public void Hard_OfUniformLogits_IsTheLogarithmOfTheClassCount()
    {
        using var scope = NewDisposeScope();

        Assert.All(CrossEntropy.Hard(ones(3, 7).Times(2.5), tensor(new long[] { 0, 3, 6 })).data<float>().ToArray(), loss =>
            Assert.Equal(Math.Log(7), loss, 6)
        );
    }

    [Fact]
    public void Smooth_SpreadsItsMassOverAllClasses()
    {
        using var scope = NewDisposeScope();

        var target = CrossEntropy.Smooth(CrossEntropy.OneHot(tensor(new long[] { 2 }), 4), 0.1).data<float>().ToArray();

        Assert.Equal([0.025f, 0.025f, 0.925f, 0.025f], target.Select(value => MathF.Round(value, 6)));
    }
}
