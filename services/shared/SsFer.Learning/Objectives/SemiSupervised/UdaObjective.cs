using SsFer.Learning.Augmentation;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// UDA (Xie et al. 2020, arXiv:1904.12848, eq. 1 and section 2.4), without the annealing of its training signal: a strong view is to be
/// given the sharpened probabilities of a weak one, where these are sure.
/// </summary>
internal sealed class UdaObjective(EmaTeacherSettings settings) : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var logits = step.Networks.Guess(step.Views[0]).Logits;
        var pseudo = PseudoLabels.From(logits, settings.Threshold);
        var target = Probabilities.Of(logits.Times(1 / settings.Sharpening));
        var outputs = step.Student(step.Views[1]);
        var term = (CrossEntropy.Soft(outputs[1].Logits, target) * pseudo.Kept).mean();
        return step.Total(outputs[0], term, PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() { }
}
