using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>
/// PSNR = −10 log10(MSE) of pixels in [0, 1], in decibel. The similarity is its share of 20 log10(255) = 48.1 dB, at most 1: that much have
/// two pictures that differ by one 8-bit level everywhere. Black and white have 0 (the mapping is ours: the paper names none).
/// </summary>
internal sealed class PeakSignalToNoise : IPictureSimilarity
{
    private static readonly double OneLevel = 20 * Math.Log10(255); // dB

    public Tensor Of(Tensor first, Tensor second)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var error = first.Plus(second.neg()).Squared().mean([1, 2, 3]); // [N]
        var decibel = error.AtLeast(1e-12).log10().Times(-10);
        return decibel.Times(1 / OneLevel).AtLeast(0).AtMost(1).MoveToOuterDisposeScope();
    }
}
