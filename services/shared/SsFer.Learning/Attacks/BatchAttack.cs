using SsFer.Learning.Attribution;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Attacks;

/// <summary>How pixels are changed to mislead a classifier whose gradients are known.</summary>
public enum AttackMethod
{
    /// <summary>One step along the sign of the gradient (Goodfellow et al. 2015): the paper's.</summary>
    Fgsm,

    /// <summary>Projected gradient descent (Madry et al. 2018): several smaller steps from a random start, a stronger attack.</summary>
    Pgd,
}

/// <summary>Some faces under attack, of which any region may be changed by any strength.</summary>
internal abstract class BatchAttack
{
    protected BatchAttack(Classifier classifier, Tensor pixels, Tensor truth) => (Classifier, Pixels, Truth) = (classifier, pixels, truth);

    protected Classifier Classifier { get; }

    /// <summary>[N, 3, S, S] in [0, 1], as they were.</summary>
    protected Tensor Pixels { get; }

    /// <summary>[N] int64.</summary>
    protected Tensor Truth { get; }

    /// <param name="method">The attack.</param>
    /// <param name="classifier">White box.</param>
    /// <param name="pixels">[N, 3, S, S] in [0, 1].</param>
    /// <param name="truth">[N] int64.</param>
    /// <param name="first">Index of the first face in its source, of which a random start derives.</param>
    public static BatchAttack Begin(AttackMethod method, Classifier classifier, Tensor pixels, Tensor truth, int first) =>
        method switch
        {
            AttackMethod.Fgsm => new FastGradientAttack(classifier, pixels, truth),
            AttackMethod.Pgd => new ProjectedGradientAttack(classifier, pixels, truth, first),
            _ => throw new NotSupportedException($"no attack is known of the kind {method}"),
        };

    /// <summary>The pictures, changed in the region by at most epsilon, in [0, 1].</summary>
    /// <param name="region">Where pixels may change, [N, 1, S, S], bool.</param>
    /// <param name="epsilon">Largest change of a pixel value.</param>
    public abstract Tensor Perturb(Tensor region, double epsilon);

    /// <summary>How many faces are still recognised.</summary>
    public long CountRight(Tensor region, double epsilon)
    {
        using var scope = NewDisposeScope();
        var attacked = Perturb(region, epsilon);
        using var noGrad = no_grad();
        var right = FastGradientSign
            .Logits(Classifier.Model, Classifier.Parameters, Classifier.Normalisation, attacked)
            .argmax(-1)
            .eq(Truth);
        return right.to(ScalarType.Int64).sum().cpu().data<long>()[0];
    }

    protected Tensor Gradient(Tensor pixels) =>
        FastGradientSign.Gradient(Classifier.Model, Classifier.Parameters, Classifier.Normalisation, pixels, Truth);

    /// <exception cref="ArgumentException">A face has no label, or there is none.</exception>
    public static void RequireLabels(IFaceSource source)
    {
        if (source.Count == 0 || Enumerable.Range(0, source.Count).Any(index => source.LabelOf(index) < 0))
        {
            throw new ArgumentException("an attack needs faces, each with its true class", nameof(source));
        }
    }

    /// <summary>Does something with each batch of a source under attack.</summary>
    /// <param name="classifier">White box.</param>
    /// <param name="source">Faces with labels.</param>
    /// <param name="method">The attack.</param>
    /// <param name="act">Gets the attack, Grad-CAM on the unchanged faces, and the index of the first.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static void Each(
        Classifier classifier,
        IFaceSource source,
        AttackMethod method,
        Action<BatchAttack, CamBatch, int> act,
        CancellationToken cancellationToken
    )
    {
        RequireLabels(source);
        var first = 0;
        foreach (var batch in PixelBatches.Of(classifier, source))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor pixels = batch.PixelTensor(classifier.Device),
                truth = batch.ClassTensor(classifier.Device);
            var map = GradCam.Of(classifier.Model, classifier.Parameters, PixelNormalisation.Normalise(pixels, classifier.Normalisation));
            act(Begin(method, classifier, pixels, truth, first), map, first);
            first += batch.Count;
        }
    }
}

/// <summary>The gradient is that of the unchanged pictures, whatever the region and the strength.</summary>
internal sealed class FastGradientAttack : BatchAttack
{
    private readonly Tensor _gradient;

    public FastGradientAttack(Classifier classifier, Tensor pixels, Tensor truth)
        : base(classifier, pixels, truth) => _gradient = Gradient(pixels);

    public override Tensor Perturb(Tensor region, double epsilon) => FastGradientSign.Perturb(Pixels, _gradient, region, epsilon);
}
