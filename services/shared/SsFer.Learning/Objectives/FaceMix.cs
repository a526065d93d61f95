using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives;

/// <summary>Mixup and FaceMix (docs/method.md, section 2): pictures are mixed with the batch reversed, x_i with x_{N−1−i}.</summary>
public static class FaceMix
{
    /// <summary>l x_i + (1 − l) x_{N−1−i} (paper, eq. 6) for pictures [N, …] or targets [N, C]; the input is left as it is.</summary>
    public static Tensor Mix(Tensor batch, double lambda) => batch.Times(lambda).Plus(batch.flip(0).Times(1 - lambda));

    /// <summary>
    /// L = mean(L_v + κ (L_i + L_j)) (paper, eq. 10 = L4 and 14). L_v is the soft cross-entropy of the mixed pictures; L_i and L_j are the
    /// plain cross-entropies of the two <em>unmixed</em> pictures of the pair.
    /// </summary>
    /// <param name="mixedLogits">Logits of the mixed pictures, [N, C].</param>
    /// <param name="plainLogits">Logits of the unmixed pictures, [N, C].</param>
    /// <param name="targets">What the unmixed pictures are, distributions over the classes, [N, C].</param>
    /// <param name="lambda">Share of x_i in the mixture.</param>
    /// <param name="kappa">1 − IoU of the two face boxes of each pair, [N].</param>
    /// <param name="smoothing">Label smoothing of the mixed target.</param>
    public static Tensor Loss(Tensor mixedLogits, Tensor plainLogits, Tensor targets, double lambda, Tensor kappa, double smoothing)
    {
        var mixed = MixedLoss(mixedLogits, targets, lambda, smoothing);
        var plain = CrossEntropy.Soft(plainLogits, targets);
        return mixed.Plus(kappa * plain.Plus(plain.flip(0))).mean();
    }

    /// <summary>L_v of each mixed picture, [N]; its mean is plain Mixup's loss.</summary>
    public static Tensor MixedLoss(Tensor mixedLogits, Tensor targets, double lambda, double smoothing) =>
        CrossEntropy.Soft(mixedLogits, Mix(CrossEntropy.Smooth(targets, smoothing), lambda));
}
