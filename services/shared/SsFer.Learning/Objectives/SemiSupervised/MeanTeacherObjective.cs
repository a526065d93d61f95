using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// Mean Teacher (Tarvainen and Valpola 2017, arXiv:1703.01780, section 2): the student is to give one weak view of a face the
/// probabilities that the moving average of its weights gives another.
/// </summary>
internal sealed class MeanTeacherObjective : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.SecondWeak];

    public IReadOnlyList<string> Metrics => [];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var target = Probabilities.Of(step.Networks.Teacher(step.Views[0]));
        var outputs = step.Student(step.Views[1]);
        return step.Total(outputs[0], Probabilities.SquaredDifference(Probabilities.Of(outputs[1].Logits), target));
    }

    public void Dispose() { }
}
