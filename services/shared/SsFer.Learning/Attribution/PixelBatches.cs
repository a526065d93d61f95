using SsFer.Learning.Augmentation;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Attribution;

/// <summary>
/// Faces as evaluation sees them, but with pixels in [0, 1]: an attack changes what a camera would see, so normalisation comes after it.
/// </summary>
internal static class PixelBatches
{
    /// <summary>Small enough for the activations of ViT-Base, which a backward pass keeps.</summary>
    private const int BatchSize = 32;

    private static readonly Normalisation Identity = new() { Mean = [0, 0, 0], Std = [1, 1, 1] };

    /// <summary>All faces of a source, in its order.</summary>
    public static IEnumerable<FaceBatch> Of(Classifier classifier, IFaceSource source)
    {
        var view = new EvaluationView(classifier.Model.Options.ImageSize, Identity);
        foreach (var indices in Enumerable.Range(0, source.Count).Chunk(BatchSize))
        {
            yield return FaceBatch.Render(source, view, [.. indices.Select(index => (index, default(ViewKey)))]);
        }
    }

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
