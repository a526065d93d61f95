using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class GradientAccumulationTests
{
    /// <summary>Rounding of fp32 sums in another order; a wrong pairing or weight is off by a tenth and more.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(TrainingCase.Pretraining, MixingKind.FaceMix, 2)]
    [InlineData(TrainingCase.Pretraining, MixingKind.None, 8)]
    [InlineData(TrainingCase.FineTuning, MixingKind.FaceMix, 2)]
    [InlineData(TrainingCase.FineTuning, MixingKind.FaceMix, 4)]
    [InlineData(TrainingCase.FineTuning, MixingKind.Mixup, 4)]
    [InlineData(TrainingCase.FineTuning, MixingKind.None, 8)]
    [InlineData(TrainingCase.EmaTeacher, MixingKind.FaceMix, 4)]
    [InlineData(TrainingCase.EmaTeacher, MixingKind.None, 8)]
    public void Step_InMicroBatches_HasTheLossMeasuresAndGradientOfTheWholeBatch(string stage, MixingKind mixing, int count)
    {
        var recipe = TrainingCase.Recipe with
        {
            FineTuning = TrainingCase.Recipe.FineTuning with { Mixing = mixing },
            EmaTeacher = TrainingCase.Recipe.EmaTeacher with { Threshold = 0.3 },
        };

        var (whole, gradient) = FirstStep(stage, recipe);
        var (parts, accumulated) = FirstStep(stage, recipe with { Execution = recipe.Execution with { AccumulationSteps = count } });

        Assert.All(whole, pair => Assert.Equal(pair.Value, parts[pair.Key], Tolerance * Math.Abs(pair.Value)));
        Assert.InRange(Distance(gradient, accumulated) / Norm(gradient), 0, Tolerance);
        Assert.True(Norm(gradient) > 0);
    }

    [Fact]
    public void Gradients_InBf16_AreSummedInFp32()
    {
        var layout = new ParameterLayout();
        layout.Add("weight", [1, 1], Initialisation.Zeros);
        layout.Seal();
        using var initial = ParameterSet.Initialised(layout, 0);
        using var parameters = new TrainableParameters(initial, ScalarType.BFloat16, CPU, accumulationSteps: 2);

        Assert.Equal(257, Sum(256, 1)); // bf16 has 256 and 258, nothing between
        Assert.Equal(3, Sum(1, 2)); // and the step before is forgotten

        float Sum(double first, double second)
        {
            using var scope = NewDisposeScope();
            parameters.ZeroGradients();
            foreach (var gradient in (double[])[first, second])
            {
                parameters.Compute.Gradient!.PlusInPlace(gradient);
                parameters.CollectGradients();
            }

            return parameters.GradientSlice(0, 1).item<float>();
        }
    }

    /// <summary>What the first step reports, and its gradient: AdamW's first moment is a tenth of it.</summary>
    private static (IReadOnlyDictionary<string, double> Values, float[] Gradient) FirstStep(string stage, Recipe recipe)
    {
        using var stopping = new CancellationTokenSource();
        var journal = new RecordingJournal(_ => stopping.Cancel());
        using var training = TrainingCase.Create(stage, recipe);
        Assert.Throws<OperationCanceledException>(() => training.RunUntilStopped(journal, stopping.Token));
        return (
            Assert.Single(journal.Reports).Values,
            training.State.Single(tensor => tensor.Name == "first_moment").Tensor.data<float>().ToArray()
        );
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum());

    private static double Norm(float[] a) => Math.Sqrt(a.Sum(x => (double)x * x));
}
