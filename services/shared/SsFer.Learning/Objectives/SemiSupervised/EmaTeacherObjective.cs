using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// The paper's: the EMA teacher labels weak views where it is sure, the student learns that on strong ones (docs/method.md, section 3;
/// paper, eq. 3 to 5).
/// </summary>
internal sealed class EmaTeacherObjective(EmaTeacherSettings settings) : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var pseudo = PseudoLabels.From(step.Networks.Teacher(step.Views[0]), settings.Threshold);
        var outputs = step.Student(step.Views[1]);
        return step.Total(outputs[0], pseudo.Loss(outputs[1].Logits), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() { }
}
