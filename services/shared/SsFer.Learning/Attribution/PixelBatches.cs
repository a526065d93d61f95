using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

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
}
