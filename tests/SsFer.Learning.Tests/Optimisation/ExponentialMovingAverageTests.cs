using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Optimisation;

public sealed class ExponentialMovingAverageTests
{
    /// <summary>By hand: t0 = 8; t1 = 0.75 x 8 + 0.25 x 4 = 7; t2 = 0.75 x 7 + 0.25 x (-1) = 5; t3 = 0.75 x 5 + 0.25 x 17 = 8.</summary>
    [Fact]
    public void Update_StepByStep_FollowsTheHandTable()
    {
        var layout = Layout();
        using var teacher = ParameterSet.Zeros(layout, ScalarType.Float32, CPU, withGradients: false);
        using var student = ParameterSet.Zeros(layout, ScalarType.Float32, CPU, withGradients: true);
        using var noGrad = no_grad();
        var slot = layout.Find("w")!.Value;
        teacher[slot].copy_(tensor(8f));

        foreach (var (value, expected) in new[] { (4f, 7f), (-1f, 5f), (17f, 8f) })
        {
            student[slot].copy_(tensor(value));
            ExponentialMovingAverage.Update(teacher, student, 0.75);
            Assert.Equal([expected, expected], teacher[slot].data<float>().ToArray());
            Assert.Equal([value, value], student[slot].data<float>().ToArray());
        }
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(0, 2)]
    public void Update_AtTheEndsOfItsRange_KeepsTheTeacherOrTakesTheStudent(double decay, float expected)
    {
        var layout = Layout();
        using var teacher = ParameterSet.Zeros(layout, ScalarType.Float32, CPU, withGradients: false);
        using var student = ParameterSet.Zeros(layout, ScalarType.Float32, CPU, withGradients: false);
        var slot = layout.Find("w")!.Value;
        teacher[slot].copy_(tensor(8f));
        student[slot].copy_(tensor(2f));

        ExponentialMovingAverage.Update(teacher, student, decay);

        Assert.Equal([expected, expected], teacher[slot].data<float>().ToArray());
    }

    private static ParameterLayout Layout()
    {
        var layout = new ParameterLayout();
        layout.Add("w", [2], Initialisation.Zeros);
        return layout.Seal();
    }
}
