using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class FineTuningTaskTests
{
    private const string Name = "levels.1.0.conv1.weight";

    [Fact]
    public void FaceMix_ReportsTheMeanKappaOfTheViewsItTrainsOn()
    {
        var journal = new RecordingJournal();
        using var task = Task(MixingKind.FaceMix);

        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions { MetricsEverySteps = 1 }, journal, TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(task.TotalSteps, journal.Reports.Count);
        Assert.All(journal.Reports, (report, step) => Assert.Equal(task.Prepare(step).Kappa.Average(), report.Values["kappa"], 1e-6));
        Assert.All(journal.Reports, report => Assert.InRange(report.Values["kappa"], 0.05, 1));
    }

    [Theory]
    [InlineData(MixingKind.None)]
    [InlineData(MixingKind.Mixup)]
    public void WithoutFaceMix_NoKappaIsReported(MixingKind mixing)
    {
        var journal = new RecordingJournal();
        using var task = Task(mixing);

        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions { MetricsEverySteps = 1 }, journal, TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );

        Assert.All(journal.Reports, report => Assert.DoesNotContain("kappa", report.Values.Keys));
    }

    [Fact]
    public void Step_OfAMixingThatNobodyKnows_Throws()
    {
        using var task = Task((MixingKind)99);

        var fault = Assert.Throws<NotSupportedException>(() => task.Step(0, task.Prepare(0)));

        Assert.Contains("99", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightAverage_AfterEachStep_FollowsTheWeightsThatLearn_FasterEarlyOn()
    {
        using var scope = NewDisposeScope();
        var recipe = TrainingCase.OfResNet(TrainingCase.Recipe);
        using var task = new FineTuningTask(recipe, new VotedFaces(new SyntheticFaces(32, 4)), 4, encoder: null, TrainingCase.Fp32);
        var average = Tensor(task, TrainingState.WeightsFile);
        var learner = Tensor(task, TrainingState.LearnerFile);
        var expected = average.clone();
        Assert.True(average.equal(learner).all().item<bool>());

        for (var step = 0; step < 3; step++)
        {
            using var _ = task.Step(step, task.Prepare(step)).Values;
            var decay = (1 + step) / (10.0 + step); // below the recipe's 0.9
            expected = expected.Times(decay).Plus(learner.Times(1 - decay));

            Assert.True(average.allclose(expected, rtol: 0, atol: 1e-6));
        }

        Assert.False(average.allclose(learner, rtol: 0, atol: 1e-6));
        Assert.True(task.Weights.Single(pair => pair.Key == Name).Value.equal(average).all().item<bool>()); // what the stage leaves
    }

    private static Tensor Tensor(FineTuningTask task, string file) =>
        task.State.Single(tensor => tensor.File == file && tensor.Name == Name).Tensor;

    private static FineTuningTask Task(MixingKind mixing) =>
        new(
            TrainingCase.Recipe with
            {
                FineTuning = TrainingCase.Recipe.FineTuning with { Mixing = mixing },
            },
            new SyntheticFaces(32, 4),
            4,
            encoder: null,
            TrainingCase.Fp32
        );
}
