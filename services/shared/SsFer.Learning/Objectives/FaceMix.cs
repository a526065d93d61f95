using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives;

/// <summary>Mixup and FaceMix (docs/method.md, section 2): pictures are mixed with the batch reversed, x_i with x_{N−1−i}.</summary>
public static class FaceMix
{
    /// <summary>l x_i + (1 − l) x_{N−1−i} (paper, eq. 6) for pictures [N, …] or targets [N, C]; the input is left as it is.</summary>
    public static Tensor Mix(Tensor batch, double lambda) => batch.Times(lambda).Plus(batch.flip(0).Times(1 - lambda));

    /// <summary>
    /// The paper's loss, L = mean(L_v + κ (L_i + L_j)) (eq. 10 = L4 and 14), or one of those that it compares with. L_i and L_j are the
    /// plain cross-entropies of the two <em>unmixed</em> pictures of a pair.
    /// </summary>
    /// <param name="mixed">L_v of each mixed picture, [N] (<see cref="MixedLoss"/>).</param>
    /// <param name="plain">Cross-entropy of each unmixed picture, [N].</param>
    /// <param name="kappa">1 − similarity of the two faces of each pair, [N].</param>
    /// <param name="weighting">Where κ stands.</param>
    public static Tensor Loss(Tensor mixed, Tensor plain, Tensor kappa, FaceMixLoss weighting)
    {
        var real = plain.Plus(plain.flip(0)); // L_i + L_j
        var loss = weighting switch
        {
            FaceMixLoss.L1 => (Rest(kappa) * mixed).Plus(real),
            FaceMixLoss.L2 => mixed.Plus(Rest(kappa) * real),
            FaceMixLoss.L3 => (kappa * mixed).Plus(real),
            FaceMixLoss.L4 => mixed.Plus(kappa * real),
            var other => throw new NotSupportedException($"FaceMix's loss {other} is not known"),
        };
        return loss.mean();
    }

    /// <summary>L_v of each mixed picture, [N]; its mean is plain Mixup's loss.</summary>
    public static Tensor MixedLoss(Tensor mixedLogits, Tensor targets, double lambda, double smoothing) =>
        CrossEntropy.Soft(mixedLogits, Mix(CrossEntropy.Smooth(targets, smoothing), lambda));

    /// <summary>1 − κ.</summary>
    private static Tensor Rest(Tensor kappa) => kappa.neg().Plus(1.0);
}
