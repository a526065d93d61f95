using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives;

/// <summary>Pseudo-labels of the teacher (docs/method.md, section 3).</summary>
public sealed record PseudoLabels(Tensor Classes, Tensor Kept)
{
    /// <summary>argmax where the largest probability is above τ (paper, eq. 3): classes [N] int64, kept [N] as 0 or 1 in fp32.</summary>
    public static PseudoLabels From(Tensor teacherLogits, double threshold) =>
        OfProbabilities(nn.functional.softmax(teacherLogits, -1), threshold);

    /// <summary>The same of probabilities [N, C].</summary>
    public static PseudoLabels OfProbabilities(Tensor probabilities, double threshold)
    {
        using var noGrad = no_grad();
        var (confidence, classes) = probabilities.max(-1);
        return new PseudoLabels(classes, confidence.IsAbove(threshold).to(ScalarType.Float32));
    }

    /// <summary>The same with a threshold for each class, [C].</summary>
    public static PseudoLabels From(Tensor teacherLogits, Tensor thresholds)
    {
        using var noGrad = no_grad();
        var (confidence, classes) = nn.functional.softmax(teacherLogits, -1).max(-1);
        return new PseudoLabels(classes, confidence.gt(thresholds.index_select(0, classes)).to(ScalarType.Float32));
    }

    /// <summary>
    /// Cross-entropy of the student to the kept pseudo-labels, mean over the whole batch, dropped ones counting zero (eq. 4).
    /// </summary>
    public Tensor Loss(Tensor studentLogits) => (CrossEntropy.Hard(studentLogits, Classes) * Kept).mean();
}
