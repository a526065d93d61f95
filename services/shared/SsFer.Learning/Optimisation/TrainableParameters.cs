using SsFer.Learning.Models;
using static TorchSharp.torch;

namespace SsFer.Learning.Optimisation;

/// <summary>
/// What a training step works on: fp32 master weights, and the weights the model computes with, which are the same in fp32 and a
/// copy, cast once a step, in bf16. Gradients arrive in the type of the computation.
/// </summary>
public sealed class TrainableParameters : IDisposable
{
    private readonly bool _separate;

    /// <param name="initial">fp32 values to start from; copied.</param>
    /// <param name="compute">Float32 or BFloat16.</param>
    /// <param name="device">Where the step runs.</param>
    public TrainableParameters(ParameterSet initial, ScalarType compute, Device device)
    {
        _separate = compute != ScalarType.Float32;
        Master = initial.CopyTo(ScalarType.Float32, device, withGradients: !_separate);
        Compute = _separate ? Master.CopyTo(compute, device, withGradients: true) : Master;
    }

    /// <summary>fp32 weights; what is stored and averaged.</summary>
    public ParameterSet Master { get; }

    /// <summary>Weights the model is run with, with their gradients.</summary>
    public ParameterSet Compute { get; }

    public ParameterLayout Layout => Master.Layout;

    /// <summary>Gradients as fp32, [TrainableLength]; lives until the caller's scope ends.</summary>
    public Tensor Gradient => _separate ? Compute.Gradient!.to(ScalarType.Float32) : Compute.Gradient!.alias();

    /// <summary>A stretch of the gradients as fp32, [count]; lives until the caller's scope ends.</summary>
    public Tensor GradientSlice(long start, long count)
    {
        var slice = Compute.Gradient!.narrow(0, start, count);
        return _separate ? slice.to(ScalarType.Float32) : slice;
    }

    /// <summary>Makes the master weights' latest values those of the computation.</summary>
    public void Refresh()
    {
        if (_separate)
            Compute.CopyFrom(Master);
    }

    public void ZeroGradients() => Compute.Gradient!.zero_();

    public void Dispose()
    {
        if (_separate)
            Compute.Dispose();
        Master.Dispose();
    }
}
