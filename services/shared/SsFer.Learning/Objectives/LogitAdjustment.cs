using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives;

/// <summary>
/// The logit-adjusted loss (Menon et al. 2021, arXiv:2007.07314, eq. 10): while a classifier learns, t log(share of the class) is added
/// to its logits, so that it need not learn itself that a class is rare. Its own logits then answer as if all classes came as often.
/// </summary>
internal sealed class LogitAdjustment : IDisposable
{
    private readonly Tensor _shift; // [C]

    private LogitAdjustment(double strength, IReadOnlyList<double> shares, Device device) =>
        _shift = DeviceTransfer
            .ToDevice([.. shares.Select(share => (float)(strength * Math.Log(share)))], [shares.Count], device)
            .DetachFromDisposeScope();

    /// <summary>Of the labelled faces; null where the strength is 0.</summary>
    /// <param name="strength">t.</param>
    /// <param name="labelled">A class that none of them has counts as half a face.</param>
    /// <param name="classes">C.</param>
    /// <param name="device">Where it computes.</param>
    public static LogitAdjustment? Of(double strength, IFaceSource labelled, int classes, Device device)
    {
        if (strength == 0)
        {
            return null;
        }

        const double Unseen = 0.5;
        var shares = ClassShares.Of(labelled, classes);
        return new LogitAdjustment(strength, [.. shares.Select(share => Math.Max(share, Unseen / labelled.Count))], device);
    }

    /// <summary>Logits [N, C] as the loss reads them.</summary>
    public Tensor Apply(Tensor logits) => logits.Plus(_shift);

    public void Dispose() => _shift.Dispose();
}
