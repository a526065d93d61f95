using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>
/// Mean SSIM of the brightness (Wang et al. 2004, "Image Quality Assessment: From Error Visibility to Structural Similarity", eq. 13):
/// means, variances and covariance under a Gaussian window of 11 x 11 pixels with a deviation of 1.5, where it lies within the picture.
/// The similarity is its positive part (ours: opposite structure, which is negative, is as unlike as none).
/// </summary>
internal sealed class StructuralSimilarity : IPictureSimilarity
{
    private const int Side = FaceSimilarityLimits.StructureWindow;
    private const int Radius = Side / 2;
    private const double Deviation = 1.5; // pixels
    private const double C1 = 0.01 * 0.01,
        C2 = 0.03 * 0.03; // for values from 0 to 1

    private static readonly float[] Window = Gaussian();

    public Tensor Of(Tensor first, Tensor second)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor x = Luminance.Of(first),
            y = Luminance.Of(second);
        Tensor meanX = Blur(x),
            meanY = Blur(y),
            meanXY = meanX * meanY;
        Tensor varianceX = Blur(x.Squared()).Plus(meanX.Squared().neg()),
            varianceY = Blur(y.Squared()).Plus(meanY.Squared().neg()),
            covariance = Blur(x * y).Plus(meanXY.neg());
        var brightness = meanXY.Times(2).Plus(C1) / meanX.Squared().Plus(meanY.Squared()).Plus(C1);
        var structure = covariance.Times(2).Plus(C2) / varianceX.Plus(varianceY).Plus(C2); // contrast and structure in one
        return (brightness * structure).mean([1, 2, 3]).AtLeast(0).AtMost(1).MoveToOuterDisposeScope();
    }

    /// <summary>[N, 1, S, S] to [N, 1, S − 10, S − 10].</summary>
    private static Tensor Blur(Tensor planes) => Band.Apply(planes, Window, Window, padded: false);

    private static float[] Gaussian()
    {
        double[] weights = [.. Enumerable.Range(-Radius, Side).Select(i => Math.Exp(-i * i / (2 * Deviation * Deviation)))];
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => (float)(weight / sum));
    }
}
