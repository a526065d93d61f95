using SsFer.Recipes;

namespace SsFer.Learning.Tests.Training;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWideCounters
{
    public const string Name = "process-wide counters";
}

/// <summary>Live tensors and allocated memory belong to the whole process, so nothing else may run beside these tests.</summary>
[Collection(ProcessWideCounters.Name)]
public sealed class SteadyStateTests
{
    private const long WarmUp = 20;
    private const long Steps = 200;

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    [InlineData(TrainingCase.ResNet)]
    [InlineData(TrainingCase.FineTuningOfBaseline)]
    [InlineData(TrainingCase.EmaTeacherOfBaseline)]
    public void Training_For200Steps_HoldsLiveTensorsAndMemoryConstant(string stage) =>
        AssertSteady(stage, TrainingCase.WithEpochs((int)(WarmUp + Steps) / 4));

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(SemiSupervisedMethod.Vat)]
    [InlineData(SemiSupervisedMethod.ReMixMatch)]
    [InlineData(SemiSupervisedMethod.FlexMatch)]
    [InlineData(SemiSupervisedMethod.CoMatch)]
    public void Training_ByAnotherMethodFor200Steps_HoldsLiveTensorsAndMemoryConstant(SemiSupervisedMethod method) =>
        AssertSteady(TrainingCase.EmaTeacher, TrainingCase.By(method).With($"EmaTeacher.Epochs={(WarmUp + Steps) / 4}"));

    private static void AssertSteady(string stage, Recipe recipe)
    {
        List<long> tensors = [],
            allocated = [];
        using var training = TrainingCase.Create(stage, recipe);
        Collect(); // tensors that earlier tests left to the finaliser

        training.Run(
            new RecordingJournal(metrics =>
            {
                if (metrics.Step < WarmUp)
                {
                    return;
                }

                tensors.Add(TorchSharp.torch.Tensor.TotalCount);
                if (metrics.Step % 20 == 0)
                {
                    Collect();
                    allocated.Add(AllocatedBytes());
                }
            })
        );

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{stage}: {tensors[0]} live tensors; allocated kB {string.Join(" ", allocated.Select(bytes => bytes >> 10))}"
        );
        Assert.Equal(Steps + 1, tensors.Count);
        Assert.All(tensors, count => Assert.Equal(tensors[0], count));
        Assert.InRange(allocated[^1] - allocated[0], long.MinValue, 8 << 20);
    }

    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    [InlineData(TrainingCase.ResNet)]
    [InlineData(TrainingCase.FineTuningOfBaseline)]
    [InlineData(TrainingCase.EmaTeacherOfBaseline)]
    public void Task_Disposed_LeavesNoTensorBehind(string stage) => AssertLeavesNothing(stage, recipe: null);

    [Theory]
    [MemberData(nameof(TrainingCase.Methods), MemberType = typeof(TrainingCase))]
    public void Task_OfAnotherMethodDisposed_LeavesNoTensorBehind(SemiSupervisedMethod method) =>
        AssertLeavesNothing(TrainingCase.EmaTeacher, TrainingCase.By(method));

    private static void AssertLeavesNothing(string stage, Recipe? recipe)
    {
        Collect();
        var before = TorchSharp.torch.Tensor.TotalCount;

        using (var training = TrainingCase.Create(stage, recipe))
        {
            training.Run(new RecordingJournal());
        }

        Assert.Equal(before, TorchSharp.torch.Tensor.TotalCount);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>
    /// Of native and managed code. What the kernel calls resident is an estimate, and counts pages that are free as well.
    /// </summary>
    private static long AllocatedBytes() =>
        (NativeHeap.IsKnown ? NativeHeap.Allocated() : 0) + GC.GetTotalMemory(forceFullCollection: true);
}
