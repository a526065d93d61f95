using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// The paper's: the EMA teacher labels weak views where it is sure, the student learns that on strong ones (docs/method.md, section 3;
/// paper, eq. 3 to 5). Where asked for, the guesses are brought to the labels' distribution first.
/// </summary>
internal sealed class EmaTeacherObjective : ISemiSupervisedObjective
{
    private readonly EmaTeacherSettings _settings;
    private readonly DistributionAlignment? _alignment;

    public EmaTeacherObjective(EmaTeacherSettings settings, ObjectiveSurroundings surroundings)
    {
        _settings = settings;
        _alignment = settings.AlignDistribution
            ? new DistributionAlignment(DistributionAlignment.ReMixMatchBatches, surroundings.ClassShares, surroundings.Device)
            : null;
    }

    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public IReadOnlyList<KeyValuePair<string, Tensor>> Memory => _alignment is null ? [] : [_alignment.Memory];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var guesses = Probabilities.Of(step.Networks.Teacher(step.Views[0]));
        var pseudo = PseudoLabels.OfProbabilities(_alignment?.Align(guesses, step.Number) ?? guesses, _settings.Threshold);
        var outputs = step.Student(step.Views[1]);
        return step.Total(outputs[0], pseudo.Loss(outputs[1].Logits), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose() => _alignment?.Dispose();
}
