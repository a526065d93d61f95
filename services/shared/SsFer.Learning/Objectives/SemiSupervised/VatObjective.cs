using SsFer.Learning.Augmentation;
using SsFer.Learning.Randomness;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// VAT with minimum entropy (Miyato et al. 2018, arXiv:1704.03976, eq. 5 and 8, section 3.3): a face keeps its probabilities along the
/// direction in which they change most, and these are to be sure.
/// </summary>
internal sealed class VatObjective : ISemiSupervisedObjective
{
    /// <summary>Length of the change of a picture, in units of normalised pixels (their epsilon).</summary>
    private const double Radius = 6;

    /// <summary>
    /// Length of the trial step along a random direction (their xi). Theirs is 1e-6, at which the difference of two passes is rounding
    /// in single precision and nothing at all in bf16, whose steps around 1 are 0.008 a pixel.
    /// </summary>
    private const double Trial = Radius;

    /// <summary>Keeps a picture's largest value, where all are zero, from being divided by.</summary>
    private const double Tiny = 1e-30;

    private const double EntropyWeight = 0.06;

    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak];

    public IReadOnlyList<string> Metrics => [];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var pictures = step.Views[0];
        var direction = Worst(step, pictures, Unit(Noise(step.Random, pictures)));
        var outputs = step.Student(pictures, pictures.Plus(direction.Times(Radius)));
        var clean = outputs[1].Logits;
        var moved = Probabilities.Divergence(clean.detach(), outputs[2].Logits).mean();
        return step.Total(outputs[0], moved.Plus(Probabilities.Entropy(clean).mean().Times(EntropyWeight)));
    }

    public void Dispose() { }

    /// <summary>One step of power iteration: the direction in which the divergence grows fastest, of length 1 for each picture.</summary>
    private static Tensor Worst(SemiSupervisedStep step, Tensor pictures, Tensor start)
    {
        var clean = step.Networks.Guess(pictures).Logits;
        var gradient = step.Networks.GradientAt(pictures.Plus(start.Times(Trial)), logits => Probabilities.Divergence(clean, logits).sum());
        return Unit(gradient);
    }

    private static Tensor Noise(CounterRandom random, Tensor like)
    {
        var values = new float[like.numel()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return DeviceTransfer.ToDevice(values, like.shape, like.device);
    }

    /// <summary>Brought to length 1, however short: gradients of sure faces are.</summary>
    private static Tensor Unit(Tensor pictures)
    {
        var rows = pictures.flatten(1);
        return Probabilities.UnitRows(rows / rows.abs().amax([1], keepdim: true).AtLeast(Tiny)).view(pictures.shape);
    }
}
