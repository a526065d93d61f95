using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// Pi-model (Laine and Aila 2017, arXiv:1610.02242, section 2.1): two weak views of a face are to be given the same probabilities.
/// </summary>
internal sealed class PiModelObjective : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.SecondWeak];

    public IReadOnlyList<string> Metrics => [];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var target = Probabilities.Of(step.Networks.Guess(step.Views[0]).Logits);
        var outputs = step.Student(step.Views[1]);
        return step.Total(outputs[0], Probabilities.SquaredDifference(Probabilities.Of(outputs[1].Logits), target));
    }

    public void Dispose() { }
}
