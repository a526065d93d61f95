using SsFer.Learning.Tensors;
using SsFer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Optimisation;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2, as PyTorch computes it) over one flat buffer: a handful of calls a step whatever the
/// number of parameters. Decay groups are slices of the buffer.
/// </summary>
public sealed class AdamW : IDisposable
{
    /// <summary>
    /// Elements updated at a time on the CPU: all their values stay in the cache between the calls. A GPU takes the whole buffer.
    /// </summary>
    private const long CachedElements = 1 << 18;

    private readonly OptimiserSettings _settings;
    private readonly long _decayed;

    public AdamW(OptimiserSettings settings, TrainableParameters parameters)
    {
        _settings = settings;
        var layout = parameters.Layout;
        _decayed = settings.DecayAllParameters ? layout.TrainableLength : layout.DecayedLength;
        var device = parameters.Master.Flat.device;
        FirstMoment = zeros([layout.TrainableLength], ScalarType.Float32, device).DetachFromDisposeScope();
        SecondMoment = zeros([layout.TrainableLength], ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>Running mean of the gradient, [TrainableLength].</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Running mean of the squared gradient, [TrainableLength].</summary>
    public Tensor SecondMoment { get; }

    /// <summary>One update of the master weights from their gradients.</summary>
    /// <param name="parameters">Weights and gradients.</param>
    /// <param name="step">Number of this update, from 1: the bias corrections depend on it.</param>
    /// <param name="learningRate">Rate of this update.</param>
    public void Step(TrainableParameters parameters, long step, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var length = parameters.Layout.TrainableLength;
        var slice = parameters.Master.Flat.device_type == DeviceType.CPU ? CachedElements : length;
        var clip = _settings.GradientClip > 0 ? ClipFactor(parameters, length, slice) : null;
        for (long start = 0; start < length; start += slice)
        {
            Update(parameters, start, Math.Min(slice, length - start), clip, step, learningRate);
        }
    }

    /// <summary>
    /// min(1, max / (norm + 1e-6)) as PyTorch's clip_grad_norm_ has it, a scalar on the device: the host never waits for the norm.
    /// </summary>
    private Tensor ClipFactor(TrainableParameters parameters, long length, long slice)
    {
        var squares = new List<Tensor>();
        for (long start = 0; start < length; start += slice)
        {
            using var gradient = parameters.GradientSlice(start, Math.Min(slice, length - start));
            squares.Add(gradient.Squared().sum());
        }

        return stack(squares).sum().sqrt().Plus(1e-6).reciprocal().Times(_settings.GradientClip).AtMost(1);
    }

    private void Update(TrainableParameters parameters, long start, long count, Tensor? clip, long step, double learningRate)
    {
        using var scope = NewDisposeScope();
        Tensor gradient = parameters.GradientSlice(start, count),
            weights = parameters.Master.Flat.narrow(0, start, count);
        Tensor first = FirstMoment.narrow(0, start, count),
            second = SecondMoment.narrow(0, start, count);
        if (clip is not null)
        {
            gradient.mul_(clip);
        }

        var decayed = Math.Clamp(_decayed - start, 0, count);
        if (_settings.WeightDecay > 0 && decayed > 0)
        {
            weights.narrow(0, 0, decayed).TimesInPlace(1 - (learningRate * _settings.WeightDecay));
        }

        first.TimesInPlace(_settings.Beta1).PlusInPlace(gradient, 1 - _settings.Beta1);
        second.TimesInPlace(_settings.Beta2).PlusProductInPlace(gradient, gradient, 1 - _settings.Beta2);
        double correction1 = 1 - Math.Pow(_settings.Beta1, step),
            correction2 = 1 - Math.Pow(_settings.Beta2, step);
        var denominator = second.sqrt().OverInPlace(Math.Sqrt(correction2)).PlusInPlace(_settings.Epsilon);
        weights.PlusQuotientInPlace(first, denominator, -learningRate / correction1);
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
