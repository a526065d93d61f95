using SsFer.Learning.Augmentation;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// MixMatch (Berthelot et al. 2019, arXiv:1905.02249, algorithm 1): the student guesses the mean of two weak views, sharpened; labelled
/// and guessed faces are mixed with each other.
/// </summary>
/// <param name="settings">Sharpening and mixing.</param>
/// <param name="classes">C.</param>
internal sealed class MixMatchObjective(EmaTeacherSettings settings, int classes) : ISemiSupervisedObjective
{
    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.SecondWeak];

    public IReadOnlyList<string> Metrics => [];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        Tensor first = Probabilities.Of(step.Networks.Guess(step.Views[0]).Logits),
            second = Probabilities.Of(step.Networks.Guess(step.Views[1]).Logits);
        var guess = Probabilities.Sharpened(first.Plus(second).Times(0.5), settings.Sharpening); // [Nu, C]
        var pictures = cat([step.Labelled, .. step.Views]); // [Nl + 2 Nu, 3, S, S]
        var targets = cat([CrossEntropy.OneHot(step.Classes, classes), guess, guess]);
        var mix = ShuffledMix.Draw(step.Random, pictures.shape[0], settings.MixAlpha, pictures.device);
        var (logits, mixed) = (step.Networks.Student(mix.Of(pictures)).Logits, mix.Of(targets));

        long labelled = step.Labelled.shape[0],
            guessed = pictures.shape[0] - labelled;
        var known = CrossEntropy.Soft(logits.narrow(0, 0, labelled), mixed.narrow(0, 0, labelled)).mean();
        var unknown = Probabilities.SquaredDifference(
            Probabilities.Of(logits.narrow(0, labelled, guessed)),
            mixed.narrow(0, labelled, guessed)
        );
        return new StageLoss(known.Plus(unknown.Times(step.Weight)));
    }

    public void Dispose() { }
}
