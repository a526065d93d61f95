using SsFer.Learning.Randomness;

namespace SsFer.Learning.Sampling;

/// <summary>
/// The order in which an epoch visits its samples: a permutation of 0 ... count - 1 that follows from (seed, epoch) alone.
/// </summary>
public static class EpochOrder
{
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch from 0.</param>
    /// <param name="count">Samples in the dataset.</param>
    /// <param name="purpose">Names the stream where two datasets are visited side by side (stage three).</param>
    public static int[] Create(ulong seed, long epoch, int count, RandomPurpose purpose = RandomPurpose.EpochOrder)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        new CounterRandom(seed, purpose, epoch).Shuffle<int>(order);
        return order;
    }
}
