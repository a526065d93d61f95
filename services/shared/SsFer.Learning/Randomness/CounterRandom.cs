namespace SsFer.Learning.Randomness;

/// <summary>
/// Counter-based generator: draw n of the stream (seed, purpose, epoch, sample) is a pure function of those five numbers,
/// so the order in which threads prepare samples never shows in the result and nothing has to be stored to resume.
/// </summary>
/// <remarks>
/// Draw n is <c>Mix(key ^ Mix(n * gamma))</c> with SplitMix64's finaliser (Steele, Lea, Flood 2014; Stafford's variant 13);
/// the key is the same finaliser chained over the four parts of the key. Mixing the counter before it meets the key keeps
/// two streams from ever running through the same sequence with an offset. An instance is not thread-safe: make one per sample.
/// </remarks>
public sealed class CounterRandom
{
    private const ulong Gamma = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _key;
    private ulong _counter;

    public CounterRandom(ulong seed, RandomPurpose purpose, long epoch = 0, long sample = 0)
    {
        var key = Mix(seed + Gamma);
        key = Mix((key ^ (ulong)purpose) + Gamma);
        key = Mix((key ^ (ulong)epoch) + Gamma);
        _key = Mix((key ^ (ulong)sample) + Gamma);
    }

    public ulong NextUInt64() => Mix(_key ^ Mix(unchecked(++_counter * Gamma)));

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias (Lemire 2019).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low < range)
        {
            for (var threshold = unchecked(0UL - range) % range; low < threshold; )
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }
        return (int)high;
    }

    public bool NextBool(double probability = 0.5) => NextDouble() < probability;

    /// <summary>
    /// Standard normal, by Box and Muller; the second value of the pair is thrown away so that a draw depends on the counter alone.
    /// </summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>
    /// Beta(<paramref name="a"/>, <paramref name="b"/>) in [0, 1]; Beta(1, 1) is one uniform draw, others the ratio of two gamma
    /// draws.
    /// </summary>
    public double NextBeta(double a, double b)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(a);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(b);
        if (a == 1 && b == 1)
        {
            return NextDouble();
        }

        double x,
            y;
        do
        {
            // For tiny parameters both draws can underflow to zero: draw again.
            x = NextGamma(a);
            y = NextGamma(b);
        } while (x + y == 0);
        return x / (x + y);
    }

    /// <summary>Fisher-Yates in place; every order is equally likely.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>Gamma(shape, 1) by Marsaglia and Tsang (2000); shapes below one by their boost U^(1/shape).</summary>
    private double NextGamma(double shape)
    {
        if (shape < 1)
        {
            return NextGamma(shape + 1) * Math.Pow(1 - NextDouble(), 1 / shape);
        }

        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var z = NextGaussian();
            var v = 1 + c * z;
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(1 - NextDouble()) < 0.5 * z * z + d - d * v + d * Math.Log(v))
            {
                return d * v;
            }
        }
    }

    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9;
            x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EB;
            return x ^ (x >> 31);
        }
    }
}
