namespace SsFer.Synthetic;

/// <summary>
/// The random numbers of one face: SplitMix64 (Steele, Lea, Flood 2014) started from a hash of seed and index, so that a face does
/// not depend on those drawn before it. The generator of SsFer.Learning would do, but importing must not bring libtorch along.
/// </summary>
internal sealed class FaceRandom(ulong seed, long index)
{
    private const ulong Gamma = 0x9E37_79B9_7F4A_7C15;

    private ulong _state = Mix(Mix(seed + Gamma) ^ ((ulong)index + Gamma));

    /// <summary>Uniform in [0, 1).</summary>
    public double Next() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Next(double low, double high) => low + (high - low) * Next();

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[(int)(Next() * choices.Length)];

    /// <summary>About normal (the sum of four uniforms), of this deviation; never beyond 3.5 deviations.</summary>
    public double Around(double deviation) => (Next() + Next() + Next() + Next() - 2) * Math.Sqrt(3) * deviation;

    private ulong NextUInt64() => Mix(unchecked(_state += Gamma));

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
