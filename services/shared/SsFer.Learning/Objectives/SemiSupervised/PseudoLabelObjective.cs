using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>Pseudo-Label (Lee 2013, eq. 15): the student learns what it is sure of already, on the same weak view.</summary>
internal sealed class PseudoLabelObjective(EmaTeacherSettings settings) : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var outputs = step.Student(step.Views[0]);
        var pseudo = PseudoLabels.From(outputs[1].Logits.detach(), settings.Threshold);
        return step.Total(outputs[0], pseudo.Loss(outputs[1].Logits), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() { }
}
