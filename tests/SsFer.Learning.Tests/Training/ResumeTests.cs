using CsCheck;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Training;

[Trait("Category", "Slow")]
public sealed class ResumeTests
{
    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    [InlineData(TrainingCase.ResNet)]
    [InlineData(TrainingCase.FineTuningOfBaseline)]
    [InlineData(TrainingCase.EmaTeacherOfBaseline)]
    public Task Training_StoppedAtAnyStepAndResumed_EndsWithTheSameBytes(string stage) => AssertResumes(stage, TrainingCase.Fp32);

    [Theory]
    [MemberData(nameof(TrainingCase.Methods), MemberType = typeof(TrainingCase))]
    public Task Training_ByAnotherMethod_StoppedAtAnyStepAndResumed_EndsWithTheSameBytes(SemiSupervisedMethod method) =>
        AssertResumes(TrainingCase.EmaTeacher, TrainingCase.Fp32, TrainingCase.By(method));

    [Theory]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    public Task Training_WithRemediesForRareClasses_StoppedAtAnyStepAndResumed_EndsWithTheSameBytes(string stage) =>
        AssertResumes(
            stage,
            TrainingCase.Fp32,
            TrainingCase.Recipe.With("FineTuning.LogitAdjustment=1", "EmaTeacher.LogitAdjustment=1", "EmaTeacher.AlignDistribution=true")
        );

    [Theory]
    [InlineData(SemiSupervisedMethod.Vat)]
    [InlineData(SemiSupervisedMethod.ReMixMatch)]
    public Task Training_OfABaselineByAnotherMethod_StoppedAtAnyStepAndResumed_EndsWithTheSameBytes(SemiSupervisedMethod method) =>
        AssertResumes(TrainingCase.EmaTeacherOfBaseline, TrainingCase.Fp32, TrainingCase.By(method));

    [Fact]
    public Task Training_InBf16_StoppedAndResumed_EndsWithTheSameBytes() => AssertResumes(TrainingCase.EmaTeacher, TrainingCase.Bf16);

    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    [InlineData(TrainingCase.ResNet)]
    [InlineData(TrainingCase.FineTuningOfBaseline)]
    [InlineData(TrainingCase.EmaTeacherOfBaseline)]
    public Task Training_InMicroBatchesRecomputedAndClipped_StoppedAndResumed_EndsWithTheSameBytes(string stage) =>
        AssertResumes(
            stage,
            TrainingCase.Bf16,
            TrainingCase.Recipe.With(
                "Execution.AccumulationSteps=2",
                "Execution.RecomputeActivations=true",
                "Pretraining.Optimiser.GradientClip=0.1",
                "FineTuning.Optimiser.GradientClip=0.1",
                "EmaTeacher.Optimiser.GradientClip=0.1"
            )
        );

    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    [InlineData(TrainingCase.ResNet)]
    [InlineData(TrainingCase.FineTuningOfBaseline)]
    [InlineData(TrainingCase.EmaTeacherOfBaseline)]
    public void Training_WithOneOrFourLoaderThreads_EndsWithTheSameBytes(string stage) =>
        Assert.Equal(Trained(stage, TrainingCase.Fp32, loaderThreads: 1), Trained(stage, TrainingCase.Fp32, loaderThreads: 4));

    [Fact]
    public void Training_WithAnotherSeed_EndsWithOtherBytes()
    {
        using var other = TrainingCase.Create(TrainingCase.FineTuning, TrainingCase.Recipe with { Seed = 12 });
        other.Run(new RecordingJournal());

        Assert.NotEqual(Trained(TrainingCase.FineTuning, TrainingCase.Fp32, loaderThreads: 2), other.Save());
    }

    private static async Task AssertResumes(string stage, ComputeTarget target, Recipe? recipe = null)
    {
        var straight = Trained(stage, target, loaderThreads: 2, recipe);
        using var measure = TrainingCase.Create(stage, recipe, target);
        await Gen.Long[1, measure.TotalSteps - 1]
            .SampleAsync(
                async stop =>
                {
                    using var stopping = new CancellationTokenSource();
                    var journal = new RecordingJournal(metrics =>
                    {
                        if (metrics.Step == stop)
                        {
                            stopping.Cancel();
                        }
                    });
                    using (var first = TrainingCase.Create(stage, recipe, target))
                    {
                        Assert.Throws<OperationCanceledException>(() => first.RunUntilStopped(journal, stopping.Token));
                    }

                    var (step, state) = Assert.Single(journal.Checkpoints);
                    Assert.Equal(stop, step);

                    using var second = TrainingCase.Create(stage, recipe, target);
                    await second.Restore(state);
                    second.Run(new RecordingJournal(), firstStep: step);
                    Assert.Equal(straight, second.Save());
                },
                iter: 5,
                threads: 1
            );
    }

    private static byte[] Trained(string stage, ComputeTarget target, int loaderThreads, Recipe? recipe = null)
    {
        using var training = TrainingCase.Create(stage, recipe, target);
        training.Run(new RecordingJournal(), new TrainingLoopOptions { LoaderThreads = loaderThreads });
        return training.Save();
    }
}
