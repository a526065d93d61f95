using SsFer.Learning.Randomness;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>What a step of stage three has.</summary>
internal sealed record SemiSupervisedStep
{
    /// <summary>Its number, from 0.</summary>
    public required long Number { get; init; }

    public required IStepNetworks Networks { get; init; }

    /// <summary>Weak views of Nl labelled faces, [Nl, 3, S, S].</summary>
    public required Tensor Labelled { get; init; }

    /// <summary>Their classes, [Nl], int64.</summary>
    public required Tensor Classes { get; init; }

    /// <summary>Views of Nu unlabelled faces, each [Nu, 3, S, S], in the order of <see cref="ISemiSupervisedObjective.Views"/>.</summary>
    public required IReadOnlyList<Tensor> Views { get; init; }

    /// <summary>Which unlabelled faces they are, [Nu], int64.</summary>
    public required Tensor Faces { get; init; }

    /// <summary>Their classes where known, else -1, [Nu], int64: for measures alone.</summary>
    public required Tensor Truth { get; init; }

    /// <summary>Of the unlabelled term in this step, ramp included.</summary>
    public required double Weight { get; init; }

    /// <summary>Of the labelled faces' loss; null: none.</summary>
    public LogitAdjustment? Adjustment { get; init; }

    /// <summary>What the objective itself draws; the same at every visit of this step.</summary>
    public required CounterRandom Random { get; init; }

    /// <summary>The student's view of labelled faces and of others in one pass: larger matrix products than several passes.</summary>
    /// <returns>First of the labelled ones, then of each of <paramref name="others"/>.</returns>
    public NetworkOutput[] Student(params ReadOnlySpan<Tensor> others)
    {
        var outputs = Networks.Student(cat([Labelled, .. others]));
        var parts = new NetworkOutput[1 + others.Length];
        parts[0] = outputs.Rows(0, Labelled.shape[0]);
        var start = Labelled.shape[0];
        for (var i = 0; i < others.Length; i++)
        {
            parts[i + 1] = outputs.Rows(start, others[i].shape[0]);
            start += others[i].shape[0];
        }

        return parts;
    }

    /// <summary>Cross-entropy of the labelled faces plus the weighted unlabelled term (paper, eq. 5).</summary>
    public StageLoss Total(NetworkOutput labelled, Tensor unlabelledTerm, params IReadOnlyList<Tensor> measures) =>
        new(
            CrossEntropy.Hard(Adjustment?.Apply(labelled.Logits) ?? labelled.Logits, Classes).mean().Plus(unlabelledTerm.Times(Weight)),
            measures
        );
}

/// <summary>What the networks of a step make of pictures.</summary>
internal interface IStepNetworks
{
    /// <summary>The student's outputs; a gradient flows back to it.</summary>
    NetworkOutput Student(Tensor pictures);

    /// <summary>The student's outputs as plain numbers.</summary>
    NetworkOutput Guess(Tensor pictures);

    /// <summary>The teacher's logits as plain numbers, [N, C].</summary>
    Tensor Teacher(Tensor pictures);

    /// <summary>
    /// Gradient at the pictures of what <paramref name="loss"/> makes of the student's logits; those of the weights stay as they are.
    /// </summary>
    Tensor GradientAt(Tensor pictures, Func<Tensor, Tensor> loss);
}

/// <summary>Outputs for N pictures.</summary>
/// <param name="Logits">[N, C] in fp32.</param>
/// <param name="Auxiliary">Of the auxiliary head, [N, outputs] in fp32; null where there is none.</param>
internal sealed record NetworkOutput(Tensor Logits, Tensor? Auxiliary)
{
    /// <summary>Of an objective that has a head.</summary>
    public Tensor OfHead => Auxiliary ?? throw new InvalidOperationException("the network has no auxiliary head");

    public NetworkOutput Rows(long start, long count) => new(Logits.narrow(0, start, count), Auxiliary?.narrow(0, start, count));
}
