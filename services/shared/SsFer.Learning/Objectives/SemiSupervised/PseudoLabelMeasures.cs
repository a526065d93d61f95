using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// Shares of the unlabelled batch: pseudo-label kept; kept and the truth is known; kept and right. The last over the second is the
/// pseudo-labels' accuracy.
/// </summary>
internal static class PseudoLabelMeasures
{
    public static IReadOnlyList<string> Names { get; } = ["pseudoLabelsKept", "pseudoLabelsKnown", "pseudoLabelsRight"];

    /// <param name="pseudo">Of N faces.</param>
    /// <param name="truth">Their classes, -1 where unknown, [N].</param>
    public static Tensor[] Of(PseudoLabels pseudo, Tensor truth)
    {
        using var noGrad = no_grad();
        var known = pseudo.Kept * truth.IsAtLeast(0).to(ScalarType.Float32);
        var right = known * pseudo.Classes.eq(truth).to(ScalarType.Float32);
        return [pseudo.Kept.mean(), known.mean(), right.mean()];
    }
}
