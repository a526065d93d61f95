using SsFer.Learning.Models;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

/// <summary>Some of these count tensors and memory of the whole process, so nothing else may run beside them.</summary>
[Collection(ProcessWideCounters.Name)]
[Trait("Category", "Slow")]
public sealed class ActivationCheckpointsTests
{
    [Theory]
    [InlineData(TrainingCase.Pretraining, false)]
    [InlineData(TrainingCase.FineTuning, false)]
    [InlineData(TrainingCase.EmaTeacher, false)]
    [InlineData(TrainingCase.Pretraining, true)]
    [InlineData(TrainingCase.EmaTeacher, true)]
    [InlineData(TrainingCase.FineTuningOfBaseline, false)]
    [InlineData(TrainingCase.EmaTeacherOfBaseline, true)]
    public void Training_Recomputed_GoesTheSameWayToTheBit(string stage, bool bf16)
    {
        var target = bf16 ? TrainingCase.Bf16 : TrainingCase.Fp32;
        RecordingJournal kept = new(),
            recomputed = new();
        using var plain = TrainingCase.Create(stage, target: target);
        using var checkpointed = TrainingCase.Create(stage, With(new ExecutionSettings { RecomputeActivations = true }), target);

        plain.Run(kept);
        checkpointed.Run(recomputed);

        Assert.Equal(kept.Losses, recomputed.Losses);
        Assert.Equal(plain.Save(), checkpointed.Save());
    }

    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    public void Training_RecomputedInMicroBatches_HoldsLiveTensorsConstant_AndLeavesNone(string stage)
    {
        Collect();
        var before = Tensor.TotalCount;
        List<long> tensors = [];
        using (
            var training = TrainingCase.Create(
                stage,
                With(new ExecutionSettings { RecomputeActivations = true, AccumulationSteps = 2 }),
                TrainingCase.Bf16
            )
        )
        {
            training.Run(new RecordingJournal(_ => tensors.Add(Tensor.TotalCount)));
        }

        Assert.All(tensors, count => Assert.Equal(tensors[0], count));
        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>Twelve blocks, of which eleven are recomputed: what is left is one block's inside and eleven outputs.</summary>
    [Fact]
    public void Classifier_Recomputed_NeedsAFractionOfTheMemory()
    {
        if (!NativeHeap.IsKnown)
        {
            Assert.Skip("asks glibc how much it has given away");
        }

        var model = new VisionTransformer(
            new ModelSettings
            {
                ImageSize = 112,
                Width = 384,
                Depth = 12,
                Heads = 6,
            },
            8
        );
        using var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: true);
        Step(pictures: 1, null); // libraries, and buffers that stay
        Collect();

        var recomputed = NativeHeap.PeakOf(() => Step(pictures: 16, new ActivationCheckpoints()));
        var kept = NativeHeap.PeakOf(() => Step(pictures: 16, null));

        TestContext.Current.TestOutputHelper?.WriteLine($"peak over rest: kept {kept >> 20} MB, recomputed {recomputed >> 20} MB");
        Assert.InRange(kept, 100L << 20, long.MaxValue); // what is measured is there
        Assert.InRange(recomputed, 0, kept / 2);

        void Step(int pictures, ActivationCheckpoints? checkpoints)
        {
            using var scope = NewDisposeScope();
            var loss = model.Forward(parameters, rand([pictures, 3, 112, 112], ScalarType.Float32, CPU), checkpoints).mean();
            if (checkpoints is null)
            {
                loss.backward();
            }
            else
            {
                checkpoints.Backward(loss);
            }
        }
    }

    private static Recipe With(ExecutionSettings execution) => TrainingCase.Recipe with { Execution = execution };

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
