using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>What the methods do with probabilities [N, C] and their logits.</summary>
internal static class Probabilities
{
    /// <summary>Keeps the length of a row of zeros from being divided by.</summary>
    private const double Tiny = 1e-12;

    public static Tensor Of(Tensor logits) => nn.functional.softmax(logits, -1);

    /// <summary>p^(1/T), rows brought to sum 1 again (MixMatch, eq. 7): the lower T, the surer.</summary>
    public static Tensor Sharpened(Tensor probabilities, double temperature) => Of(probabilities.log().Times(1 / temperature));

    /// <summary>Mean over faces and classes of (p − q)²; a scalar.</summary>
    public static Tensor SquaredDifference(Tensor one, Tensor other) => one.Plus(other.neg()).Squared().mean();

    /// <summary>Kullback and Leibler's KL(p ‖ q) of each row of two logits, [N].</summary>
    public static Tensor Divergence(Tensor logits, Tensor others)
    {
        var logarithms = nn.functional.log_softmax(logits, -1);
        return (logarithms.exp() * logarithms.Plus(nn.functional.log_softmax(others, -1).neg())).sum(-1);
    }

    /// <summary>−Σ p log p of each row, [N].</summary>
    public static Tensor Entropy(Tensor logits) => CrossEntropy.Soft(logits, Of(logits));

    /// <summary>Rows brought to length 1.</summary>
    public static Tensor UnitRows(Tensor rows) => rows * rows.Squared().sum([-1], keepdim: true).Plus(Tiny).rsqrt();
}
