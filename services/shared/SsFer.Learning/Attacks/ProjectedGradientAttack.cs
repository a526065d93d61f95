using SsFer.Learning.Randomness;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Attacks;

/// <summary>
/// Projected gradient descent (Madry et al. 2018, arXiv:1706.06083): ten steps of a quarter of epsilon along the sign of the gradient, each
/// brought back to within epsilon of the picture and to [0, 1], from a random start within epsilon.
/// </summary>
internal sealed class ProjectedGradientAttack(Classifier classifier, Tensor pixels, Tensor truth, int first)
    : BatchAttack(classifier, pixels, truth)
{
    private const int Steps = 10;
    private const double StepShare = 2.5 / Steps; // of epsilon, so that any point within it can be reached

    private readonly float[] _start = StartOf(pixels, first);

    public override Tensor Perturb(Tensor region, double epsilon)
    {
        using var scope = NewDisposeScope();
        var within = region.to(Pixels.dtype);
        Tensor lowest = Pixels.Plus(-epsilon).AtLeast(0),
            highest = Pixels.Plus(epsilon).AtMost(1);
        var attacked = Moved(Pixels, tensor(_start, Pixels.shape).to(Pixels.dtype).to(Pixels.device), epsilon);
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            attacked = Moved(attacked, Gradient(attacked).sign(), StepShare * epsilon).MoveToOuterDisposeScope();
        }

        return attacked.MoveToOuterDisposeScope();

        Tensor Moved(Tensor from, Tensor direction, double length) =>
            minimum(maximum(from.Plus((direction * within).Times(length)), lowest), highest);
    }

    /// <summary>From −1 to 1, of each face its own, whatever batch it is in.</summary>
    private static float[] StartOf(Tensor pixels, int first)
    {
        var length = (int)(pixels.numel() / pixels.shape[0]);
        var start = new float[pixels.numel()];
        for (var face = 0; face < pixels.shape[0]; face++)
        {
            var random = new CounterRandom(0, RandomPurpose.AttackStart, sample: first + face);
            for (var i = 0; i < length; i++)
            {
                start[(face * length) + i] = (float)random.NextDouble(-1, 1);
            }
        }

        return start;
    }
}
