using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>How alike two pictures are, for κ = 1 − similarity (paper, section 3.3 and its comparison of four similarities).</summary>
internal interface IPictureSimilarity
{
    /// <summary>The similarity of each picture with the one of the same place.</summary>
    /// <param name="first">[N, 3, S, S] in [0, 1].</param>
    /// <param name="second">Likewise.</param>
    /// <returns>[N], from 0 to 1, where 1 is the same picture; without a gradient.</returns>
    Tensor Of(Tensor first, Tensor second);
}

internal static class PictureSimilarities
{
    /// <summary>What compares pixels; null where boxes alone are compared, which is done while the batch is prepared.</summary>
    public static IPictureSimilarity? Create(FaceSimilarity kind) =>
        kind switch
        {
            FaceSimilarity.IntersectionOverUnion => null,
            FaceSimilarity.PeakSignalToNoise => new PeakSignalToNoise(),
            FaceSimilarity.StructuralSimilarity => new StructuralSimilarity(),
            FaceSimilarity.FeatureSimilarity => new FeatureSimilarity(),
            _ => throw new NotSupportedException($"no similarity is known of the kind {kind}"),
        };
}
