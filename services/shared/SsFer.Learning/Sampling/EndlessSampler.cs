using SsFer.Learning.Randomness;

namespace SsFer.Learning.Sampling;

/// <summary>
/// A stream without end over <paramref name="count"/> samples, reshuffled at each pass: the labelled stream of stage three, where
/// fewer labels than a batch must work too. Position p is a pure function of (seed, p), so a resume at step k needs no state:
/// its batch is positions k * batch ... (k + 1) * batch - 1.
/// </summary>
/// <remarks>Thread-safe: threads share the cached order of the last pass looked at and at worst compute one twice.</remarks>
public sealed class EndlessSampler(ulong seed, int count, RandomPurpose purpose = RandomPurpose.LabelledOrder)
{
    private readonly int _count =
        count > 0 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "an endless stream needs at least one sample");
    private volatile Pass? _last;

    /// <summary>
    /// The sample at <paramref name="position"/> (from 0) and the pass over the data it belongs to; the pass is the epoch its
    /// augmentation is keyed by.
    /// </summary>
    public StreamPosition At(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var (epoch, offset) = Math.DivRem(position, _count);
        var pass = _last;
        if (pass is null || pass.Epoch != epoch)
        {
            _last = pass = new Pass(epoch, EpochOrder.Create(seed, epoch, _count, purpose));
        }

        return new StreamPosition(epoch, pass.Order[offset]);
    }

    private sealed record Pass(long Epoch, int[] Order);
}

/// <summary>One sample of a stream: its index in the dataset, and the pass over the dataset.</summary>
public readonly record struct StreamPosition(long Epoch, int Index);
