using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// CCSSL (Yang et al. 2022, arXiv:2203.02261, eq. 7 to 9): FixMatch, and the embeddings of two strong views of all faces of a
/// pseudo-class drawn together, the more the surer both faces are of it.
/// </summary>
internal sealed class CcsslObjective(EmaTeacherSettings settings) : ISemiSupervisedObjective
{
    private const double Temperature = 0.07;

    /// <summary>What a row's similarity to itself is lowered by, so that no probability falls on it.</summary>
    private const double Never = 1e9;

    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong, ViewKind.SecondStrong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public AuxiliaryHead Head => AuxiliaryHead.Embedding;

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var logits = step.Networks.Guess(step.Views[0]).Logits;
        var pseudo = PseudoLabels.From(logits, settings.Threshold);
        var outputs = step.Student(step.Views[1], step.Views[2]);
        var contrast = Contrast(
            Probabilities.UnitRows(outputs[1].OfHead),
            Probabilities.UnitRows(outputs[2].OfHead),
            PairWeights(Probabilities.Of(logits))
        );
        return step.Total(outputs[0], pseudo.Loss(outputs[1].Logits).Plus(contrast), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() { }

    /// <summary>Product of the confidences of two faces of one pseudo-class, else 0; 1 for a face with itself.</summary>
    /// <param name="probabilities">[N, C].</param>
    /// <returns>[N, N].</returns>
    internal static Tensor PairWeights(Tensor probabilities)
    {
        var (confidence, classes) = probabilities.max(-1);
        var same = classes.unsqueeze(1).eq(classes.unsqueeze(0)).to(ScalarType.Float32);
        var self = eye(classes.shape[0], dtype: ScalarType.Float32, device: classes.device);
        var pairs = same * confidence.unsqueeze(1) * confidence.unsqueeze(0);
        return pairs.Plus((self * pairs).neg()).Plus(self);
    }

    /// <summary>
    /// Supervised contrast over the 2 N views: of each, the mean of −log softmax of its similarities to all other views, weighted by
    /// pair; a scalar.
    /// </summary>
    /// <param name="first">Embeddings of length 1, [N, E].</param>
    /// <param name="second">Of the other views, [N, E].</param>
    /// <param name="pairWeights">[N, N].</param>
    internal static Tensor Contrast(Tensor first, Tensor second, Tensor pairWeights)
    {
        var views = cat([first, second]); // [2 N, E]
        var self = eye(views.shape[0], dtype: ScalarType.Float32, device: views.device);
        var weights = pairWeights.repeat(2, 2) * self.neg().Plus(1.0);
        var similarities = views.matmul(views.t()).Times(1 / Temperature).Plus(self.Times(-Never));
        return CrossEntropy.Soft(similarities, weights / weights.sum([-1], keepdim: true)).mean();
    }
}
