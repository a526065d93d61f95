using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Objectives;
using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Attacks;

/// <summary>The fast gradient sign method (Goodfellow et al. 2015) on pixels in [0, 1] (docs/method.md, section 4).</summary>
internal static class FastGradientSign
{
    /// <summary>Gradient of the cross-entropy to the true class with respect to the pixels, [N, 3, S, S].</summary>
    /// <param name="model">Architecture.</param>
    /// <param name="parameters">Weights; they set the type of the computation.</param>
    /// <param name="normalisation">Between pixels and model.</param>
    /// <param name="pixels">[N, 3, S, S] in [0, 1].</param>
    /// <param name="truth">[N] int64.</param>
    public static Tensor Gradient(
        ClassifierNetwork model,
        ParameterSet parameters,
        Normalisation normalisation,
        Tensor pixels,
        Tensor truth
    )
    {
        using var scope = NewDisposeScope();
        var variable = pixels.detach().requires_grad_(true);
        // A mean would only shrink each picture's gradient
        var loss = CrossEntropy.Hard(Logits(model, parameters, normalisation, variable), truth).sum();
        return autograd.grad([loss], [variable])[0].MoveToOuterDisposeScope();
    }

    /// <summary>Logits [N, classes] of pixels, in the type of the parameters.</summary>
    public static Tensor Logits(ClassifierNetwork model, ParameterSet parameters, Normalisation normalisation, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var cut = model.CutAtFeatures(parameters, PixelNormalisation.Normalise(pixels, normalisation));
        return cut.Logits(cut.Features).MoveToOuterDisposeScope();
    }

    /// <summary>clip(x + eps sign(gradient), 0, 1) inside the region, x outside.</summary>
    /// <param name="pixels">[N, 3, S, S] in [0, 1].</param>
    /// <param name="gradient">Of the loss, [N, 3, S, S].</param>
    /// <param name="region">Where pixels may change, [N, 1, S, S], bool.</param>
    /// <param name="epsilon">Largest change of a pixel value.</param>
    public static Tensor Perturb(Tensor pixels, Tensor gradient, Tensor region, double epsilon)
    {
        using var scope = NewDisposeScope();
        var change = gradient.sign().Times(epsilon) * region.to(pixels.dtype);
        return pixels.Plus(change).AtLeast(0).AtMost(1).MoveToOuterDisposeScope();
    }
}
