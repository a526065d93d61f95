using SsFer.Learning.Augmentation;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// FlexMatch (Zhang et al. 2021, arXiv:2110.08263, eq. 5 to 8 and 11): FixMatch with a threshold for each class, the lower the fewer
/// faces the student is sure to be of that class.
/// </summary>
internal sealed class FlexMatchObjective : ISemiSupervisedObjective
{
    private readonly double _threshold;
    private readonly int _classes;

    /// <summary>What each unlabelled face was when the student last was sure of it, from 1; 0 where it never was. [faces], fp32.</summary>
    private readonly Tensor _last;

    public FlexMatchObjective(EmaTeacherSettings settings, ObjectiveSurroundings surroundings)
    {
        (_threshold, _classes) = (settings.Threshold, surroundings.Classes);
        _last = zeros([surroundings.UnlabelledFaces], ScalarType.Float32, surroundings.Device).DetachFromDisposeScope();
    }

    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public IReadOnlyList<KeyValuePair<string, Tensor>> Memory => [KeyValuePair.Create("last_sure", _last)];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var logits = step.Networks.Guess(step.Views[0]).Logits;
        var pseudo = PseudoLabels.From(logits, Thresholds(_last, _classes, _threshold));
        Remember(PseudoLabels.From(logits, _threshold), step.Faces);
        var outputs = step.Student(step.Views[1]);
        return step.Total(outputs[0], pseudo.Loss(outputs[1].Logits), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() => _last.Dispose();

    /// <summary>
    /// τ b / (2 − b) for each class, where b is the number of faces last sure to be of it over the largest such number, or over that of
    /// faces that never were of any where this is larger.
    /// </summary>
    internal static Tensor Thresholds(Tensor last, int classes, double threshold)
    {
        using var noGrad = no_grad();
        var counts = nn.functional.one_hot(last.to(ScalarType.Int64), classes + 1).sum([0]).to(ScalarType.Float32); // [1 + C]
        var share = counts.narrow(0, 1, classes) / counts.max();
        return share.Times(threshold) / share.neg().Plus(2.0);
    }

    private void Remember(PseudoLabels sure, Tensor faces)
    {
        using var noGrad = no_grad();
        var before = _last.index_select(0, faces);
        var now = sure.Classes.Plus(1L).to(ScalarType.Float32);
        _last.index_copy_(0, faces, now.lerp(before, sure.Kept.neg().Plus(1.0)));
    }
}
