using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Optimisation;

/// <summary>The teacher's update t ← m t + (1 − m) s (paper, eq. 1), over the whole flat buffer.</summary>
public static class ExponentialMovingAverage
{
    /// <summary>
    /// Of an average that starts at weights without training: early on it follows faster, so that these leave it soon.
    /// </summary>
    /// <param name="decay">Largest m.</param>
    /// <param name="step">From 0.</param>
    public static double WarmedUp(double decay, long step) => Math.Min(decay, (1.0 + step) / (10.0 + step));

    public static void Update(ParameterSet teacher, ParameterSet student, double decay)
    {
        using var noGrad = no_grad();
        teacher.Flat.TimesInPlace(decay).PlusInPlace(student.Flat, 1 - decay);
    }
}
