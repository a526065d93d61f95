using SsFer.Learning.Randomness;
using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>Mixup with a shuffled batch, nearer to the row's own picture than to the other (MixMatch, eq. 8 to 11).</summary>
/// <param name="Lambda">Share of the own picture, at least a half.</param>
/// <param name="Order">Which row each is mixed with, [N], int64.</param>
internal sealed record ShuffledMix(double Lambda, Tensor Order)
{
    public static ShuffledMix Draw(CounterRandom random, long rows, double alpha, Device device)
    {
        var lambda = random.NextBeta(alpha, alpha);
        long[] order = [.. Enumerable.Range(0, (int)rows).Select(row => (long)row)];
        random.Shuffle<long>(order);
        return new ShuffledMix(Math.Max(lambda, 1 - lambda), DeviceTransfer.ToDevice(order, [rows], device));
    }

    /// <summary>l x_i + (1 − l) x_order(i), of pictures or targets.</summary>
    public Tensor Of(Tensor rows) => rows.Times(Lambda).Plus(rows.index_select(0, Order).Times(1 - Lambda));
}
