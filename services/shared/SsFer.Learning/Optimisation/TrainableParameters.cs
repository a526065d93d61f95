using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Optimisation;

/// <summary>
/// What a training step works on: fp32 master weights, and the weights the model computes with, which are the same in fp32 and a
/// copy, cast once a step, in bf16. Gradients arrive in the type of the computation.
/// </summary>
public sealed class TrainableParameters : IDisposable
{
    private readonly bool _separate;

    /// <summary>The sum over micro-batches, in fp32: in bf16 each further one would lose bits of those before.</summary>
    private readonly Tensor? _sum;

    /// <param name="initial">fp32 values to start from; copied.</param>
    /// <param name="compute">Float32 or BFloat16.</param>
    /// <param name="device">Where the step runs.</param>
    /// <param name="accumulationSteps">Micro-batches of a step.</param>
    public TrainableParameters(ParameterSet initial, ScalarType compute, Device device, int accumulationSteps = 1)
    {
        _separate = compute != ScalarType.Float32;
        Master = initial.CopyTo(ScalarType.Float32, device, withGradients: !_separate);
        Compute = _separate ? Master.CopyTo(compute, device, withGradients: true) : Master;
        Compute.Statistics = new RunningStatistics(Master);
        if (_separate && accumulationSteps > 1)
        {
            _sum = zeros([Layout.TrainableLength], ScalarType.Float32, device).DetachFromDisposeScope();
        }
    }

    /// <summary>fp32 weights; what is stored and averaged.</summary>
    public ParameterSet Master { get; }

    /// <summary>Weights the model is run with, with their gradients.</summary>
    public ParameterSet Compute { get; }

    public ParameterLayout Layout => Master.Layout;

    /// <summary>A stretch of the step's gradients as fp32, [count]; lives until the caller's scope ends.</summary>
    public Tensor GradientSlice(long start, long count)
    {
        var slice = (_sum ?? Compute.Gradient!).narrow(0, start, count);
        return slice.dtype == ScalarType.Float32 ? slice : slice.to(ScalarType.Float32);
    }

    /// <summary>Makes the master weights' latest values those of the computation.</summary>
    public void Refresh()
    {
        if (_separate)
        {
            Compute.CopyFrom(Master);
        }
    }

    public void ZeroGradients()
    {
        Compute.Gradient!.zero_();
        _sum?.zero_();
    }

    /// <summary>To be called after the backward pass of each micro-batch.</summary>
    public void CollectGradients()
    {
        if (_sum is null)
        {
            return; // they add up where they are
        }

        _sum.PlusInPlace(Compute.Gradient!, 1);
        Compute.Gradient!.zero_();
    }

    public void Dispose()
    {
        _sum?.Dispose();
        if (_separate)
        {
            Compute.Dispose();
        }

        Master.Dispose();
    }
}
