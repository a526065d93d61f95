using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Randomness;

/// <summary>
/// The noise whose argsort is the random mask: a 32-bit integer hash of (seed, epoch, sample, patch), the same on every device.
/// </summary>
public static class PatchNoise
{
    /// <summary>
    /// With <c>mix(h) = h ^ h &gt;&gt; 16, * 0x21F0AAAD, ^ &gt;&gt; 15, * 0x735A2D97, ^ &gt;&gt; 15</c> (all modulo 2^32) and h = 0:
    /// for x in (low word of seed, high word of seed, epoch, sample, patch): <c>h = mix((h ^ x) + 0x9E3779B9)</c>.
    /// Both multipliers are below 2^31, so each product of a 32-bit value stays below 2^63: the same steps on int64 tensors,
    /// each product and sum followed by <c>&amp; 0xFFFFFFFF</c>, never overflow and give the same bits.
    /// </summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch, its low 32 bits.</param>
    /// <param name="sample">Index of the sample in its dataset, its low 32 bits.</param>
    /// <param name="patch">Index of the patch, row by row.</param>
    public static uint Hash(ulong seed, long epoch, long sample, int patch) => Absorb(State(seed, epoch, sample), (uint)patch);

    /// <summary>The hash state before the patch index is absorbed; equal for all patches of one picture.</summary>
    internal static uint State(ulong seed, long epoch, long sample) =>
        Absorb(Absorb(Absorb(Absorb(0, (uint)seed), (uint)(seed >> 32)), (uint)epoch), (uint)sample);

    internal static uint Absorb(uint state, uint word)
    {
        unchecked
        {
            var h = (state ^ word) + 0x9E37_79B9;
            h = (h ^ (h >> 16)) * 0x21F0_AAAD;
            h = (h ^ (h >> 15)) * 0x735A_2D97;
            return h ^ (h >> 15);
        }
    }

    /// <summary>The same on int64 tensors that hold 32-bit words, broadcast against each other.</summary>
    internal static Tensor Absorb(Tensor state, Tensor word)
    {
        using var low = tensor(0xFFFF_FFFFL);
        using var half = tensor(16L);
        using var fifteen = tensor(15L);
        var h = state.bitwise_xor(word).Plus(0x9E37_79B9L).bitwise_and(low);
        h = h.bitwise_xor(h.bitwise_right_shift(half)).Times(0x21F0_AAADL).bitwise_and(low);
        h = h.bitwise_xor(h.bitwise_right_shift(fifteen)).Times(0x735A_2D97L).bitwise_and(low);
        return h.bitwise_xor(h.bitwise_right_shift(fifteen));
    }
}
