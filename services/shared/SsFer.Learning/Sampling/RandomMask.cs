using SsFer.Learning.Randomness;
using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Sampling;

/// <summary>Per-sample random masking of MAE (stage one): argsort of noise, the first L * (1 - ratio) patches stay visible.</summary>
public static class RandomMask
{
    /// <summary>
    /// Writes the shuffled patch indices of one sample, <paramref name="order"/> [L]: ascending by hash, equal hashes by index.
    /// </summary>
    public static void Shuffle(ulong seed, long epoch, long sample, Span<int> order)
    {
        var keys = order.Length <= 1024 ? stackalloc ulong[order.Length] : new ulong[order.Length];
        var state = PatchNoise.State(seed, epoch, sample);
        // The index in the low word breaks ties, and makes an unstable sort of plain integers enough.
        for (var patch = 0; patch < keys.Length; patch++)
        {
            keys[patch] = ((ulong)PatchNoise.Absorb(state, (uint)patch) << 32) | (uint)patch;
        }

        keys.Sort();
        for (var i = 0; i < keys.Length; i++)
        {
            order[i] = (int)(uint)keys[i];
        }
    }

    /// <summary>The shuffled patch order of every sample of a batch, flat [N, L].</summary>
    public static int[] Shuffle(ulong seed, long epoch, ReadOnlySpan<long> samples, int patches)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patches);
        var orders = new int[samples.Length * patches];
        for (var n = 0; n < samples.Length; n++)
        {
            Shuffle(seed, epoch, samples[n], orders.AsSpan(n * patches, patches));
        }

        return orders;
    }

    /// <summary>
    /// The same orders computed where the model is, [N, L] int64: only the N hash states travel, and nothing waits for the device.
    /// </summary>
    public static Tensor ShuffleOn(Device device, ulong seed, long epoch, ReadOnlySpan<long> samples, int patches)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patches);
        var states = new long[samples.Length];
        for (var n = 0; n < states.Length; n++)
        {
            states[n] = PatchNoise.State(seed, epoch, samples[n]);
        }

        var patch = ScalarOperations.Multiples(patches, 1, device);
        var noise = PatchNoise.Absorb(DeviceTransfer.ToDevice(states, [states.Length, 1], device), patch); // [N, L]
        // The index in the low bits breaks ties, as above; the sum stays below 2^63.
        return noise.Times(1L << 24).Plus(patch).argsort(-1);
    }
}
