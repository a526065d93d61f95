using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// ReMixMatch (Berthelot et al. 2020, arXiv:1911.09785, algorithm 1): guesses on weak views are brought to the labels' distribution and
/// sharpened, and learnt on strong views, mixed and plain; a head of its own tells by how many quarters a strong view was turned.
/// </summary>
internal sealed class ReMixMatchObjective : ISemiSupervisedObjective
{
    private const double MixedWeight = 1.5;
    private const double StrongWeight = 0.5;
    private const double RotationWeight = 0.5;
    private const int Turns = 4;

    private readonly EmaTeacherSettings _settings;
    private readonly int _classes;
    private readonly DistributionAlignment _alignment;

    public ReMixMatchObjective(EmaTeacherSettings settings, ObjectiveSurroundings surroundings)
    {
        (_settings, _classes) = (settings, surroundings.Classes);
        _alignment = new DistributionAlignment(DistributionAlignment.ReMixMatchBatches, surroundings.ClassShares, surroundings.Device);
    }

    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong, ViewKind.SecondStrong];

    public IReadOnlyList<string> Metrics => [];

    public AuxiliaryHead Head => AuxiliaryHead.Rotation;

    public IReadOnlyList<KeyValuePair<string, Tensor>> Memory => [_alignment.Memory];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        Tensor weak = step.Views[0],
            strong = step.Views[1],
            second = step.Views[2];
        var aligned = _alignment.Align(Probabilities.Of(step.Networks.Guess(weak).Logits), step.Number);
        var guess = Probabilities.Sharpened(aligned, _settings.Sharpening); // [Nu, C]
        var pictures = cat([step.Labelled, strong, second, weak]);
        var targets = cat([CrossEntropy.OneHot(step.Classes, _classes), guess, guess, guess]);
        var mix = ShuffledMix.Draw(step.Random, pictures.shape[0], _settings.MixAlpha, pictures.device);
        var (turned, turns) = Turned(strong);

        var outputs = step.Networks.Student(cat([mix.Of(pictures), strong, turned]));
        long labelled = step.Labelled.shape[0],
            all = pictures.shape[0],
            unlabelled = strong.shape[0];
        var mixed = CrossEntropy.Soft(outputs.Logits.narrow(0, 0, all), mix.Of(targets)); // [Nl + 3 Nu]
        var plain = CrossEntropy.Soft(outputs.Logits.narrow(0, all, unlabelled), guess);
        var rotation = CrossEntropy.Hard(outputs.OfHead.narrow(0, all + unlabelled, unlabelled), turns);
        var guessed = mixed.narrow(0, labelled, all - labelled).mean().Times(MixedWeight).Plus(plain.mean().Times(StrongWeight));
        return new StageLoss(
            mixed.narrow(0, 0, labelled).mean().Plus(guessed.Times(step.Weight)).Plus(rotation.mean().Times(RotationWeight))
        );
    }

    public void Dispose() => _alignment.Dispose();

    /// <summary>
    /// A quarter of the batch as it is, one turned by 90 degrees, one by 180, one by 270; which face is where changes from epoch to epoch.
    /// </summary>
    /// <returns>Pictures [N, 3, S, S], and how often each was turned, [N], int64.</returns>
    private static (Tensor Pictures, Tensor Turns) Turned(Tensor pictures)
    {
        var count = pictures.shape[0];
        var parts = new List<Tensor>();
        var turns = new long[count];
        for (var turn = 0; turn < Turns; turn++)
        {
            long start = turn * count / Turns,
                end = (turn + 1) * count / Turns;
            parts.Add(pictures.narrow(0, start, end - start).rot90(turn, (2, 3)));
            turns.AsSpan((int)start, (int)(end - start)).Fill(turn);
        }

        return (cat(parts), DeviceTransfer.ToDevice(turns, [count], pictures.device));
    }
}
