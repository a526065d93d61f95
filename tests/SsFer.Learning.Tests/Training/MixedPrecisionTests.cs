using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

[Trait("Category", "Slow")]
public sealed class MixedPrecisionTests
{
    /// <summary>bf16 rounds every value to 8 bits (0.4 %); five epochs at the smoke recipe\'s high rate let that grow.</summary>
    private const double Tolerance = 0.02;

    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    public void Training_InBf16_KeepsItsStateInFp32AndFollowsTheFp32Losses(string stage)
    {
        var recipe = TrainingCase.WithEpochs(5);
        RecordingJournal exact = new(),
            mixed = new();
        using var fp32 = TrainingCase.Create(stage, recipe, TrainingCase.Fp32);
        using var bf16 = TrainingCase.Create(stage, recipe, TrainingCase.Bf16);
        var before = bf16.Save();

        fp32.Run(exact);
        bf16.Run(mixed);

        Assert.All(bf16.State, tensor => Assert.Equal(ScalarType.Float32, tensor.Tensor.dtype));
        Assert.NotEqual(before, bf16.Save());
        Assert.Equal(20, exact.Reports.Count);
        var worst = exact.Losses.Zip(mixed.Losses, (a, b) => Math.Abs(a - b) / a).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"{stage}: bf16 losses off by at most {worst:P2}");
        Assert.InRange(worst, double.Epsilon, Tolerance); // not equal either: then bf16 would not have been used
    }
}
