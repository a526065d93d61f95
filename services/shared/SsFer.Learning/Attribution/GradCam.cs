using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Attribution;

/// <summary>
/// Grad-CAM (docs/method.md, section 4): which places of a picture speak for the predicted class. Where it looks, each network says:
/// <see cref="ClassifierNetwork.CutAtFeatures"/>.
/// </summary>
public static class GradCam
{
    /// <summary>A pixel is in the focused region where its map is above this (docs/method.md, section 4).</summary>
    public const double FocusThreshold = 0.3;

    private const double SmallestRange = 1e-12; // a map that is the same everywhere becomes 0 everywhere

    /// <summary>Explains what the classifier says of each face of a source, in batches.</summary>
    /// <returns>One per face, in the order of the source.</returns>
    public static IReadOnlyList<FaceExplanation> Explain(Classifier classifier, IFaceSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(source);
        var size = classifier.Model.Options.ImageSize;
        var explanations = new List<FaceExplanation>(source.Count);
        foreach (var batch in PixelBatches.Of(classifier, source))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var map = Of(
                classifier.Model,
                classifier.Parameters,
                PixelNormalisation.Normalise(batch.PixelTensor(classifier.Device), classifier.Normalisation)
            );
            var predicted = map.Predicted.cpu().data<long>().ToArray();
            var confidence = map.Confidence.cpu().data<float>().ToArray();
            var values = map.Values.cpu().data<float>().ToArray();
            for (var i = 0; i < batch.Count; i++)
            {
                explanations.Add(
                    new FaceExplanation((int)predicted[i], confidence[i], size, values[(i * size * size)..((i + 1) * size * size)])
                );
            }
        }

        return explanations;
    }

    /// <summary>Maps of normalised pictures [N, 3, S, S], each for its predicted class.</summary>
    internal static CamBatch Of(ClassifierNetwork model, ParameterSet parameters, Tensor pictures)
    {
        using var scope = NewDisposeScope();
        FeatureCut cut;
        using (no_grad())
        {
            cut = model.CutAtFeatures(parameters, pictures);
        }

        var logits = cut.Logits(cut.Features.requires_grad_(true)); // [N, C]
        var predicted = logits.argmax(-1); // [N]
        var scores = logits.gather(1, predicted.unsqueeze(1)).sum(); // no picture knows of another: each gradient is of its own score
        var gradients = autograd.grad([scores], [cut.Features])[0];
        using var noGrad = no_grad();
        var values = Map(cut.OnGrid(cut.Features), cut.OnGrid(gradients), model.FeatureGrid, model.Options.ImageSize);
        var confidence = nn.functional.softmax(logits, -1).amax([-1]).detach();
        return new CamBatch(predicted.MoveToOuterDisposeScope(), confidence.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The weight of a channel is its mean gradient over the places; the map is the ReLU of the weighted sum of channels, scaled
    /// to [0, 1] per picture (ours; the paper does not say) and up-sampled bilinearly.
    /// </summary>
    /// <param name="activations">Place by place, [N, L, D].</param>
    /// <param name="gradients">Of the score with respect to them, [N, L, D].</param>
    /// <param name="grid">Places along one side.</param>
    /// <param name="size">Side S of the result.</param>
    /// <returns>[N, S, S].</returns>
    internal static Tensor Map(Tensor activations, Tensor gradients, int grid, int size)
    {
        using var scope = NewDisposeScope();
        long n = activations.shape[0],
            places = (long)grid * grid;
        if (activations.shape[1] != places || !activations.shape.SequenceEqual(gradients.shape))
        {
            throw new ArgumentException(
                $"expected activations and gradients [N, {places}, D], got [{string.Join(", ", activations.shape)}] and "
                    + $"[{string.Join(", ", gradients.shape)}]"
            );
        }

        var weights = gradients.mean([1], keepdim: true); // [N, 1, D]
        var map = nn.functional.relu((activations * weights).sum(-1)); // [N, L]
        var lowest = map.amin([-1], keepdim: true); // [N, 1]
        var range = map.amax([-1], keepdim: true).Plus(lowest.neg()).AtLeast(SmallestRange);
        var scaled = (map.Plus(lowest.neg()) / range).view(n, 1, grid, grid); // [N, 1, G, G]
        return nn
            .functional.interpolate(scaled, [size, size], mode: InterpolationMode.Bilinear, align_corners: false)
            .squeeze(1)
            .MoveToOuterDisposeScope(); // [N, S, S]
    }
}

/// <summary>Maps of a batch.</summary>
/// <param name="Predicted">Class indices, [N] int64.</param>
/// <param name="Confidence">Probability of the predicted class, [N].</param>
/// <param name="Values">In [0, 1], [N, S, S].</param>
internal sealed record CamBatch(Tensor Predicted, Tensor Confidence, Tensor Values)
{
    /// <summary>Where the classifier looks, [N, 1, S, S], bool.</summary>
    public Tensor Focused() => Values.IsAbove(GradCam.FocusThreshold).unsqueeze(1);
}

/// <summary>What a classifier says of a face, and where it looks.</summary>
/// <param name="Predicted">Class index.</param>
/// <param name="Confidence">Its probability.</param>
/// <param name="Size">Side S of the map in pixels.</param>
/// <param name="Map">[S, S] in [0, 1], row by row.</param>
public sealed record FaceExplanation(int Predicted, float Confidence, int Size, IReadOnlyList<float> Map);
