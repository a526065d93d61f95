using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Training;

public sealed class FineTuningTaskTests
{
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
