using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Optimisation;

/// <summary>The teacher's update t ← m t + (1 − m) s (paper, eq. 1), over the whole flat buffer.</summary>
public static class ExponentialMovingAverage
{
    public static void Update(ParameterSet teacher, ParameterSet student, double decay)
    {
        using var noGrad = no_grad();
        teacher.Flat.TimesInPlace(decay).PlusInPlace(student.Flat, 1 - decay);
    }
}
