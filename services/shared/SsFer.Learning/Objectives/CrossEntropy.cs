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

    /// <summary>All mass on the class: targets [N, C] in fp32 of class indices [N] (int64).</summary>
    public static Tensor OneHot(Tensor classes, int count) => nn.functional.one_hot(classes, count).to(ScalarType.Float32);

    /// <summary>Targets [N, C]: 1 − s of what they were plus s / C everywhere.</summary>
    public static Tensor Smooth(Tensor targets, double smoothing) => targets.Times(1 - smoothing).Plus(smoothing / targets.shape[^1]);
}
