using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>kappa of FaceMix's pairs where it derives from the pictures themselves.</summary>
internal static class PairSimilarity
{
    /// <summary>
    /// 1 - similarity of each picture with its partner, which is the one at the same place from the end; each pair is compared once.
    /// </summary>
    /// <param name="similarity">Symmetric.</param>
    /// <param name="pictures">[N, 3, S, S] in [0, 1].</param>
    /// <returns>[N] from 0 to 1, without a gradient.</returns>
    public static Tensor Kappa(IPictureSimilarity similarity, Tensor pictures)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long n = pictures.shape[0],
            half = (n + 1) / 2;
        var kappa = similarity.Of(pictures.narrow(0, 0, half), pictures.flip(0).narrow(0, 0, half)).neg().Plus(1.0);
        return cat([kappa, kappa.narrow(0, 0, n - half).flip(0)]).MoveToOuterDisposeScope();
    }
}
