using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>
/// What a forward pass comes to: the mean loss over its samples, and further scalars without gradient, which the stage reports.
/// </summary>
internal sealed record StageLoss(Tensor Loss, params IReadOnlyList<Tensor> Measures);

/// <summary>
/// The gradient of one step, computed in <see cref="ExecutionSettings.AccumulationSteps"/> equal micro-batches one after the other,
/// so that the activations of only one of them are in memory; it is that of the whole batch's mean but for rounding, unless the network
/// normalises by its batch, which is then the part.
/// </summary>
internal sealed class GradientAccumulation(TrainableParameters parameters, ExecutionSettings execution)
{
    /// <summary>Leaves the gradient of the mean loss in the parameters.</summary>
    /// <param name="forward">The loss of a micro-batch; with checkpoints where activations are to be computed twice.</param>
    /// <returns>Loss and measures, means over the batch, [1 + measures].</returns>
    public Tensor Compute(Func<MicroBatch, ActivationCheckpoints?, StageLoss> forward)
    {
        var count = execution.AccumulationSteps;
        parameters.ZeroGradients();
        var sum = OfPart(new MicroBatch(0, count), forward);
        for (var i = 1; i < count; i++)
        {
            sum = sum.Plus(OfPart(new MicroBatch(i, count), forward));
        }

        return count == 1 ? sum : sum.Times(1.0 / count);
    }

    private Tensor OfPart(MicroBatch part, Func<MicroBatch, ActivationCheckpoints?, StageLoss> forward)
    {
        using var scope = NewDisposeScope();
        var checkpoints = execution.RecomputeActivations ? new ActivationCheckpoints() : null;
        var (loss, measures) = forward(part, checkpoints);
        var share = part.Count == 1 ? loss : loss.Times(1.0 / part.Count);
        if (checkpoints is null)
        {
            share.backward();
        }
        else
        {
            checkpoints.Backward(share);
        }

        parameters.CollectGradients();
        return stack([loss.detach(), .. measures]).MoveToOuterDisposeScope();
    }
}
