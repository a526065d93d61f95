using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives;

/// <summary>Cross-entropies on logits [N, C]; each returns one loss per row, [N].</summary>
public static class CrossEntropy
{
    /// <summary>−Σ target · log softmax(logits) with targets [N, C] that are distributions.</summary>
    public static Tensor Soft(Tensor logits, Tensor targets) => -(targets * nn.functional.log_softmax(logits, -1)).sum(-1);

    /// <summary>Cross-entropy to class indices [N] (int64).</summary>
    public static Tensor Hard(Tensor logits, Tensor classes) =>
        -nn.functional.log_softmax(logits, -1).gather(1, classes.unsqueeze(1)).squeeze(1);

    /// <summary>Targets [N, C]: 1 − s on the class plus s / C everywhere.</summary>
    public static Tensor Smooth(Tensor classes, int count, double smoothing) =>
        nn.functional.one_hot(classes, count).to(ScalarType.Float32).Times(1 - smoothing).Plus(smoothing / count);
}
