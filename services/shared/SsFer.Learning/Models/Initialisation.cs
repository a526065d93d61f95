using SsFer.Learning.Randomness;

namespace SsFer.Learning.Models;

/// <summary>How a parameter starts. Values are a pure function of (seed, index of the parameter), whatever the machine.</summary>
public abstract class Initialisation
{
    public static Initialisation Zeros { get; } = new Constant(0);

    public static Initialisation Ones { get; } = new Constant(1);

    /// <summary>Uniform in ±sqrt(6 / (inputs + outputs)) (docs/method.md, section 1).</summary>
    public static Initialisation XavierUniform(long inputs, long outputs) => new Uniform(Math.Sqrt(6.0 / (inputs + outputs)));

    /// <summary>Normal with mean 0.</summary>
    public static Initialisation Normal(double deviation) => new Gaussian(deviation);

    /// <summary>Given values, in row-major order.</summary>
    public static Initialisation Table(float[] values) => new Fixed(values);

    internal abstract void Fill(Span<float> values, ulong seed, int parameter);

    private static CounterRandom RandomFor(ulong seed, int parameter) => new(seed, RandomPurpose.Initialisation, sample: parameter);

    private sealed class Constant(float value) : Initialisation
    {
        internal override void Fill(Span<float> values, ulong seed, int parameter) => values.Fill(value);
    }

    private sealed class Uniform(double bound) : Initialisation
    {
        internal override void Fill(Span<float> values, ulong seed, int parameter)
        {
            var random = RandomFor(seed, parameter);
            foreach (ref var value in values)
            {
                value = (float)random.NextDouble(-bound, bound);
            }
        }
    }

    private sealed class Gaussian(double deviation) : Initialisation
    {
        internal override void Fill(Span<float> values, ulong seed, int parameter)
        {
            var random = RandomFor(seed, parameter);
            foreach (ref var value in values)
            {
                value = (float)(deviation * random.NextGaussian());
            }
        }
    }

    private sealed class Fixed(float[] table) : Initialisation
    {
        internal override void Fill(Span<float> values, ulong seed, int parameter) => table.CopyTo(values);
    }
}
