using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class AutoPrecisionTests
{
    [Theory]
    [InlineData(1.0, 0.5, ScalarType.BFloat16, "measured at 2.0 x the rate of fp32")]
    [InlineData(1.0, 1.05, ScalarType.BFloat16, "measured at 1.0 x the rate of fp32")] // nearly as fast: all else moves half the bytes
    [InlineData(1.0, 1.4, ScalarType.Float32, "measured at 1.4 x the rate of bf16")]
    public void Auto_ByTheTimes_IsTheFasterArithmeticAndSaysWhy(double fp32, double bf16, ScalarType type, string reason)
    {
        var target = Choose(Precision.Auto, new AutoPrecision { Time = _ => new ArithmeticTimes(fp32, bf16) });

        Assert.Equal((type, reason), (target.Type, target.Reason));
    }

    [Fact]
    public void Auto_ProcessorWithoutBf16_IsFp32WithoutAReason()
    {
        var target = Choose(Precision.Auto, new AutoPrecision { Time = _ => null });

        Assert.Equal((ScalarType.Float32, null), (target.Type, target.Reason));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Auto_RecordedOnThisMachine_IsTakenUnmeasured(ScalarType type)
    {
        var recorded = TrainingCase.Fp32 with { Type = type };
        var auto = new AutoPrecision
        {
            Recorded = [recorded.Fingerprint],
            Time = _ => throw new InvalidOperationException("measured all the same"),
        };

        Assert.Equal(type, Choose(Precision.Auto, auto).Type);
    }

    [Theory]
    [InlineData(Precision.Fp32, ScalarType.Float32)]
    [InlineData(Precision.Bf16, ScalarType.BFloat16)]
    public void Named_Precision_IsTakenWhateverIsFaster(Precision precision, ScalarType type) =>
        Assert.Equal(type, Choose(precision, new AutoPrecision { Time = _ => throw new InvalidOperationException("measured") }).Type);

    [Fact]
    public void Measure_BothProducts_TakesTimeWhereTheProcessorHasBoth()
    {
        var times = ArithmeticTimes.Measure(TrainingCase.Recipe.Model.Width);

        Assert.Equal(ArithmeticTimes.ProcessorHasBf16(), times is not null);
        Assert.True(times is null or { Fp32: > 0 and < 60, Bf16: > 0 and < 60 });
    }

    private static ComputeTarget Choose(Precision precision, AutoPrecision auto) =>
        ComputeTarget.Choose("cpu", precision, get_num_threads(), auto);
}
