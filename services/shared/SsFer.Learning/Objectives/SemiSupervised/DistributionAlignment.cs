using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// Brings guesses to a distribution of classes (ReMixMatch, section 3.1): p times the target over the mean of the guesses of the last
/// batches, rows brought to sum 1.
/// </summary>
internal sealed class DistributionAlignment : IDisposable
{
    /// <summary>Over which ReMixMatch's mean goes (section 3.1).</summary>
    public const int ReMixMatchBatches = 128;

    /// <summary>Added to both distributions, so that a class nobody guesses divides by more than zero.</summary>
    private const double Tiny = 1e-6;

    private readonly Tensor _means; // [batches, C], step s at s modulo batches
    private readonly Tensor _target; // [C]

    /// <param name="batches">Over how many the mean goes.</param>
    /// <param name="target">[C].</param>
    /// <param name="device">Where it computes.</param>
    public DistributionAlignment(int batches, IReadOnlyList<double> target, Device device)
    {
        _means = zeros([batches, target.Count], ScalarType.Float32, device).DetachFromDisposeScope();
        _target = DeviceTransfer
            .ToDevice([.. target.Select(share => (float)(share + Tiny))], [target.Count], device)
            .DetachFromDisposeScope();
    }

    public KeyValuePair<string, Tensor> Memory => KeyValuePair.Create("running_means", _means);

    /// <param name="probabilities">Guesses of a step, [N, C].</param>
    /// <param name="step">Its number, from 0.</param>
    public Tensor Align(Tensor probabilities, long step)
    {
        using var noGrad = no_grad();
        var batches = _means.shape[0];
        _means.select(0, step % batches).copy_(probabilities.mean([0]));
        var mean = _means.narrow(0, 0, Math.Min(step + 1, batches)).mean([0]).Plus(Tiny); // [C]
        var weighted = probabilities * _target / mean;
        return weighted / weighted.sum([-1], keepdim: true);
    }

    public void Dispose()
    {
        _means.Dispose();
        _target.Dispose();
    }
}
