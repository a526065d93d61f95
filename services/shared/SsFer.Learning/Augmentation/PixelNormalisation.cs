using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Augmentation;

/// <summary>Between pixels in [0, 1], which attacks change and similarities compare, and what a model sees.</summary>
internal static class PixelNormalisation
{
    /// <summary>(x - mean) / std per channel of pixels [N, 3, S, S] in [0, 1]; differentiable.</summary>
    public static Tensor Normalise(Tensor pixels, Normalisation normalisation)
    {
        using var scope = NewDisposeScope();
        var (mean, std) = (PerChannel(normalisation.Mean, pixels), PerChannel(normalisation.Std, pixels));
        return (pixels.Plus(mean.neg()) / std).MoveToOuterDisposeScope();
    }

    /// <summary>The pixels [N, 3, S, S] in [0, 1] of normalised pictures.</summary>
    public static Tensor Restore(Tensor pictures, Normalisation normalisation)
    {
        using var scope = NewDisposeScope();
        var (mean, std) = (PerChannel(normalisation.Mean, pictures), PerChannel(normalisation.Std, pictures));
        return (pictures * std).Plus(mean).AtLeast(0).AtMost(1).MoveToOuterDisposeScope();
    }

    private static Tensor PerChannel(IReadOnlyList<double> values, Tensor like) =>
        tensor([.. values]).to(like.dtype).to(like.device).view(1, 3, 1, 1);
}
