using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// FixMatch (Sohn et al. 2020, arXiv:2001.07685, eq. 4): the student labels weak views where it is sure, and learns that on strong ones.
/// </summary>
internal sealed class FixMatchObjective(EmaTeacherSettings settings) : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var pseudo = PseudoLabels.From(step.Networks.Guess(step.Views[0]).Logits, settings.Threshold);
        var outputs = step.Student(step.Views[1]);
        return step.Total(outputs[0], pseudo.Loss(outputs[1].Logits), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() { }
}
